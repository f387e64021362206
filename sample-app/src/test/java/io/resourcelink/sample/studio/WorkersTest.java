package io.resourcelink.sample.studio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

import io.resourcelink.ResourceLinkFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How many workers there are: real processes, which end while they still start. */
class WorkersTest {

    @Test
    void thereAreAtMostFourAndNoneAfterTheEnd() throws IOException {
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "sample-");
        List<Worker> started;
        try (ResourceLinkFactory segments = ResourceLinkFactory.builder().directory(directory).build()) {
            Journal journal = new Journal();
            try (Workers workers = new Workers(segments, properties(Workers.MOST), journal, new Orphans(journal))) {
                workers.startAll();
                started = workers.all();
                assertThat(started).hasSize(4).allMatch(Worker::isAlive);
                assertThatThrownBy(workers::start).isInstanceOf(RefusedException.class)
                        .hasMessage("There are 4 workers already, which is the most.");
            }
            assertThat(started).noneMatch(Worker::isAlive);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void moreThanFourCannotBeConfigured() {
        assertThat(IntStream.of(0, 4).mapToObj(WorkersTest::properties)).hasSize(2);
        assertThatThrownBy(() -> properties(5)).hasMessage("studio.workers must be 0 to 4.");
        assertThatThrownBy(() -> properties(-1)).hasMessage("studio.workers must be 0 to 4.");
    }

    /** Or a studio that got "two-hosts" by its environment would have brokers in its workers. */
    @Test
    void aWorkerHasItsOwnProfileWhateverTheEnvironmentSays() {
        assertThat(WorkerCommand.of(Path.of("/dev/shm/sample"), properties(1)))
                .contains("--spring.profiles.active=worker", "--spring.profiles.include=");
    }

    private static StudioProperties properties(int workers) {
        return new StudioProperties(8, 1, workers, Duration.ofSeconds(30), DataSize.ofMegabytes(64), List.of(),
                Duration.ofSeconds(1), null, Duration.ofSeconds(1));
    }
}
