package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.segment.ResourceLinkInfo;

import static org.assertj.core.api.Assertions.assertThat;

/** A directory that is removed while it is used, as systemd does when a user has logged out. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class RemovedDirectoryTest {

    private static ResourceLinkFactory factory(Path directory, boolean watch) {
        return ResourceLinkFactory.builder().directory(directory).watch(watch).build();
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void isMadeAgainAndWhatIsHeldStays(Path root) throws IOException {
        Path directory = root.resolve("segments");
        try (ResourceLinkFactory factory = factory(directory, true);
                ResourceLink held = factory.create("held", 10)) {
            held.payload().set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
            remove(directory);
            try (ResourceLink fresh = factory.create("fresh", 10);
                    ResourceLinkFactory other = factory(directory, false);
                    ResourceLink seen = other.acquire("fresh")) {
                assertThat(seen.refcount()).isEqualTo(2);
                assertThat(fresh.refcount()).isEqualTo(2);
                assertThat(factory.list()).extracting(ResourceLinkInfo::key).containsExactly("fresh");
            }
            assertThat(factory.failures()).isOne();
            assertThat(factory.tryAcquire("held")).isEmpty();
            assertThat(held.payload().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
            try (ResourceLink again = held.retain()) {
                assertThat(again.refcount()).isEqualTo(2);
            }
            Deadline.awaitTrue("watched", factory::isWatching);
            ResourceLinkFactory dying = factory(directory, false);
            dying.create("orphan", 10);
            dying.abandon();
            Deadline.awaitTrue("collected", () -> factory.info("orphan").isEmpty());
        }
    }

    @Test
    void everyOperationFindsOut(Path root) throws IOException {
        Path directory = root.resolve("segments");
        List<Consumer<ResourceLinkFactory>> operations = List.of(ResourceLinkFactory::list,
                factory -> factory.collectOrphans(Duration.ZERO), ResourceLinkFactory::capacity,
                factory -> factory.tryAcquire("key"), factory -> factory.info("key"),
                factory -> factory.publish("key", Content.of(new byte[5000])).close(),
                factory -> factory.create("key", 10).close());
        for (var operation : operations) {
            try (ResourceLinkFactory factory = factory(directory, false)) {
                remove(directory);
                operation.accept(factory);
                assertThat(Files.isDirectory(directory)).isTrue();
                assertThat(factory.failures()).isOne();
                operation.accept(factory);
                assertThat(factory.failures()).isOne();
            }
        }
    }

    @Test
    void whoWaitsFindsWhatAppearsInTheNewOne(Path root) throws Exception {
        Path directory = root.resolve("segments");
        try (ResourceLinkFactory waiting = factory(directory, false)) {
            Thread other = Thread.ofPlatform().start(() -> {
                Deadline.awaitTrue("it waits", waiting::isWatching);
                try {
                    remove(directory);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                try (ResourceLinkFactory creating = factory(directory, false);
                        ResourceLink late = creating.create("late", 10)) {
                    Deadline.awaitTrue("found", () -> late.refcount() == 2);
                }
            });
            try (ResourceLink found = waiting.acquire("late", Duration.ofSeconds(60))) {
                other.join();
                assertThat(found.refcount()).isOne();
            }
        }
    }
}
