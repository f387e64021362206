package io.resourcelink.boot.collector;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class OrphanCollectorTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String FAILURE = "Orphans could not be collected.";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final OrphanCollector collector = new OrphanCollector(Duration.ZERO, () -> NOW);

    @Test
    void statusIsEmptyBeforeTheFirstRun() {
        assertThat(collector.status()).isEqualTo(new CollectorStatus(0, null, null, 0, 0, null, 0, 0));
    }

    @Test
    void statusTellsOfTheLastRunAndOfAll() {
        directories.leaveOrphan("orphan");
        try (ResourceLinkFactory factory = directories.factory(); ResourceLink _ = factory.create("held", 100)) {
            collector.collect(factory);
            assertThat(collector.status()).usingRecursiveComparison().ignoringFields("lastDuration")
                    .isEqualTo(new CollectorStatus(1, NOW, null, 1, 1, null, 1, 164));

            collector.collect(factory);
            assertThat(collector.status()).usingRecursiveComparison().ignoringFields("lastDuration")
                    .isEqualTo(new CollectorStatus(2, NOW, null, 0, 1, null, 1, 164));
            assertThat(collector.status().lastDuration()).isPositive();
        }
    }

    @Test
    void youngOrphanIsSpared() {
        directories.leaveOrphan("young");
        try (ResourceLinkFactory factory = directories.factory()) {
            new OrphanCollector(Duration.ofHours(1), () -> NOW).collect(factory);
            assertThat(factory.info("young")).isPresent();

            collector.collect(factory);
            assertThat(factory.info("young")).isEmpty();
        }
    }

    @Test
    void failureIsRememberedAndLoggedOncePerKind(CapturedOutput output) {
        ResourceLinkFactory closed = directories.closedFactory();

        collector.collect(closed);
        collector.collect(closed);

        assertThat(collector.status().runs()).isEqualTo(2);
        assertThat(collector.status().lastFailure()).startsWith("java.lang.IllegalStateException");
        assertThat(output.getAll()).containsOnlyOnce(FAILURE);
    }

    @Test
    void successEndsAFailureAndTheNextOneIsLoggedAgain(CapturedOutput output) {
        ResourceLinkFactory closed = directories.closedFactory();
        collector.collect(closed);
        try (ResourceLinkFactory factory = directories.factory()) {
            collector.collect(factory);
        }
        assertThat(collector.status().lastFailure()).isNull();
        assertThat(output.getAll()).contains("Orphans are being collected again.");

        collector.collect(closed);

        assertThat(output.getAll().split(FAILURE, -1)).hasSize(3);
    }
}
