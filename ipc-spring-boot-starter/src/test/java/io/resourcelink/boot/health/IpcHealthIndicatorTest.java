package io.resourcelink.boot.health;

import java.time.Duration;
import java.time.InstantSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.unit.DataSize;

import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.collector.OrphanCollector;

import static org.assertj.core.api.Assertions.assertThat;

class IpcHealthIndicatorTest {

    private static final DataSize NOTHING = DataSize.ofBytes(0);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final OrphanCollector collector = new OrphanCollector(Duration.ZERO, InstantSource.system());

    @Test
    void upWithTheFiguresOfTheDirectory() {
        directories.leaveOrphan("expired");
        try (ResourceLinkFactory factory = directories.factory(); ResourceLink _ = factory.create("live", 100)) {
            Health health = new IpcHealthIndicator(factory, collector, NOTHING).health();

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsOnlyKeys("directory", "capacity", "free", "limitedBy", "limitSource", "threshold", "live",
                            "expired")
                    .containsEntry("directory", directories.memory().toString())
                    .containsEntry("capacity", factory.capacity().total()).containsEntry("live", 2)
                    .containsEntry("expired", 1L);
            factory.remove("expired");
        }
    }

    @Test
    void downWhenLessIsFreeThanTheThresholdAndSaysWhatLimitsIt() {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1000)).build()) {
            ResourceLink link = factory.create("frame", 100);
            IpcHealthIndicator indicator = new IpcHealthIndicator(factory, collector, DataSize.ofBytes(837));
            Health full = indicator.health();

            assertThat(full.getStatus()).isEqualTo(Status.DOWN);
            assertThat(full.getDetails()).containsEntry("free", 836L).containsEntry("threshold", 837L)
                    .containsEntry("limitedBy", "application")
                    .containsEntry("limitSource", factory.directory().toString()).hasEntrySatisfying("remedy",
                            remedy -> assertThat(remedy).asString().startsWith("Release or collect segments, or "));
            link.close();
            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
            assertThat(indicator.health().getDetails()).doesNotContainKey("remedy");
        }
    }

    @Test
    void downWhenTheDirectoryCannotBeUsed() {
        Health health = new IpcHealthIndicator(directories.closedFactory(), null, NOTHING).health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("directory", directories.memory().toString())
                .containsKey("error");
    }

    @Test
    void downUntilACollectionSucceedsAgain() {
        try (ResourceLinkFactory factory = directories.factory()) {
            IpcHealthIndicator indicator = new IpcHealthIndicator(factory, collector, NOTHING);
            collector.collect(directories.closedFactory());
            assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(indicator.health().getDetails()).hasEntrySatisfying("collector",
                    failure -> assertThat(failure).asString().contains("IllegalStateException"));

            collector.collect(factory);
            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
        }
    }
}
