package io.resourcelink.boot.collector.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.segment.ResourceLinkInfo;

import static org.assertj.core.api.Assertions.assertThat;

class OrphanCollectorAutoConfigurationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void orphansAreCollectedBeforeAnybodyIsGivenTheFactory() {
        directories.leaveOrphan("orphan");
        runner().withUserConfiguration(UserOfTheFactory.class).run(context -> {
            assertThat(context.getBean(FirstLook.class).segments()).isEmpty();
            assertThat(context.getBean(OrphanCollector.class).status().runs()).isEqualTo(1);
            assertThat(context.getBean(OrphanCollector.class).status().collectedTotal()).isEqualTo(1);
        });
    }

    @Test
    void orphansOfTheApplicationsOwnFactoryAreCollectedToo() {
        directories.leaveOrphan("orphan");
        runner().withBean(ResourceLinkFactory.class, directories::factory).withUserConfiguration(UserOfTheFactory.class)
                .run(context -> assertThat(context.getBean(FirstLook.class).segments()).isEmpty());
    }

    @Test
    void orphanYoungerThanTheMaximumAgeIsSpared() {
        directories.leaveOrphan("young");
        runner().withPropertyValues("ipc.gc.max-age=1h").run(context -> {
            assertThat(context.getBean(OrphanCollector.class).status().lastSkipped()).isEqualTo(1);
            assertThat(context.getBean(ResourceLinkFactory.class).remove("young")).isTrue();
        });
    }

    @Test
    void failingCollectionDoesNotFailTheStart() {
        runner().withBean(ResourceLinkFactory.class, directories::closedFactory).run(context -> assertThat(context)
                .hasNotFailed().getBean(OrphanCollector.class).extracting(OrphanCollector::status)
                .extracting(status -> status.lastFailure()).asString().contains("IllegalStateException"));
    }

    @Test
    void applicationsOwnCollectorIsUsed() {
        OrphanCollector own = new OrphanCollector(Duration.ofDays(1), InstantSource.system());
        runner().withBean("own", OrphanCollector.class, () -> own).run(context -> {
            assertThat(context).getBean(OrphanCollector.class).isSameAs(own);
            assertThat(own.status().runs()).isEqualTo(1);
        });
    }

    @Test
    void nothingIsCollectedWhenDisabled() {
        for (String property : List.of("ipc.gc.enabled=false", "ipc.enabled=false")) {
            runner().withPropertyValues(property)
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OrphanCollector.class)
                            .doesNotHaveBean(OrphanCollectionSchedule.class)
                            .doesNotHaveBean(FirstOrphanCollection.class));
        }
    }

    @Test
    void nothingIsCollectedWithoutAFactoryToPrefer() {
        runner().withBean("one", ResourceLinkFactory.class, directories::factory)
                .withBean("other", ResourceLinkFactory.class, directories::factory)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OrphanCollector.class));
    }

    private ApplicationContextRunner runner() {
        return directories.runner(OrphanCollectorAutoConfiguration.class)
                .withPropertyValues("ipc.gc.interval=1h", "ipc.gc.watch=false");
    }

    record FirstLook(List<ResourceLinkInfo> segments) {}

    @Configuration(proxyBeanMethods = false)
    static class UserOfTheFactory {

        @Bean
        FirstLook firstLook(ResourceLinkFactory factory) {
            return new FirstLook(factory.list());
        }
    }
}
