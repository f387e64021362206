package io.resourcelink.boot.health.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.autoconfigure.ClaimSignerAutoConfiguration;
import io.resourcelink.boot.claim.autoconfigure.ClaimsAutoConfiguration;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;
import io.resourcelink.boot.health.IpcClaimsHealthIndicator;
import io.resourcelink.boot.health.IpcHealthIndicator;
import io.resourcelink.boot.health.IpcListenersHealthIndicator;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class IpcHealthContributorAutoConfigurationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void contributorIsRegisteredUnderIpc() {
        runner().run(context -> assertThat(context.getBean(HealthContributorRegistry.class).getContributor("ipc"))
                .isInstanceOf(IpcHealthIndicator.class));
    }

    @Test
    void contributorIsNotMadeWhenDisabled() {
        for (String property : List.of("management.health.ipc.enabled=false",
                "management.health.defaults.enabled=false",
                "ipc.enabled=false")) {
            runner().withPropertyValues(property)
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(IpcHealthIndicator.class));
        }
    }

    @Test
    void contributorOfTheListenersHasAPropertyOfItsOwn() {
        ApplicationContextRunner listening = directories.messaging(IpcHealthContributorAutoConfiguration.class,
                HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class);
        listening.run(context -> assertThat(context).hasSingleBean(IpcListenersHealthIndicator.class));
        listening.withPropertyValues("management.health.ipclisteners.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(IpcListenersHealthIndicator.class)
                        .hasSingleBean(IpcHealthIndicator.class));
    }

    @Test
    void onlyAnApplicationThatUsesClaimsIsToldThatTheyAreNotSigned(CapturedOutput output) {
        directories.runner(ClaimSignerAutoConfiguration.class, ClaimsAutoConfiguration.class,
                IpcHealthContributorAutoConfiguration.class).run(context -> {
                    Health health = context.getBean(IpcClaimsHealthIndicator.class).health();
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(health.getDetails()).containsEntry("signed", false).containsKey("space");
                    assertThat(output).doesNotContain("Claims are not signed");
                    context.getBean(Claims.class);
                    assertThat(output).containsOnlyOnce("Claims are not signed");
                });
    }

    @Test
    void applicationsOwnContributorIsLeftAlone() {
        HealthIndicator own = () -> Health.up().build();
        runner().withBean("ipcHealthIndicator", HealthIndicator.class, () -> own).run(context -> assertThat(context)
                .doesNotHaveBean(IpcHealthIndicator.class).getBean("ipcHealthIndicator").isSameAs(own));
    }

    @Test
    void contributorDoesWithoutACollector() {
        runner().withPropertyValues("ipc.gc.enabled=false")
                .run(context -> assertThat(context).hasSingleBean(IpcHealthIndicator.class));
    }

    @Test
    void thresholdIsAPropertyOfTenMegabytesIfNotSet() {
        runner().run(context -> assertThat(context.getBean(IpcHealthIndicator.class).health().getDetails())
                .containsEntry("threshold", 10L << 20));
        runner().withPropertyValues("ipc.health.threshold=4000TB").run(context -> {
            Health health = context.getBean(IpcHealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails()).containsEntry("threshold", 4000L << 40)
                    .containsKeys("limitedBy", "limitSource", "remedy");
        });
    }

    @Test
    void aNegativeThresholdFailsTheStartWithItsName() {
        runner().withPropertyValues("ipc.health.threshold=-1B").run(context -> assertThat(context).getFailure()
                .rootCause().hasMessageContaining("ipc.health.threshold"));
    }

    private ApplicationContextRunner runner() {
        return directories.runner(OrphanCollectorAutoConfiguration.class, IpcHealthContributorAutoConfiguration.class,
                HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class);
    }
}
