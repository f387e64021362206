package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;

import static io.resourcelink.Attempts.present;
import static org.assertj.core.api.Assertions.assertThat;

/** What a watcher does when somebody closes the file of a segment that this process holds, as each link in a message does. */
@ExtendWith(SharedMemoryDirectory.class)
class WatchedSegmentsTest {

    private static final int SIZE = 100_000;

    private static ResourceLinkFactory watching(Path directory) {
        return ResourceLinkFactory.builder().directory(directory).watch(true).build();
    }

    private static SystemCalls ofWatcher(Path directory) {
        return SystemCalls.counting(thread -> thread.getName().equals("ipc-watcher " + directory));
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Test
    void itOnlyAsksWhetherTheNameIsStillThatOfTheSegment(Path directory) {
        try (ResourceLinkFactory factory = watching(directory); ResourceLink _ = factory.create("held", 100)) {
            assertAskedOnce(directory, directory.resolve("held"));
        }
    }

    /** Four times in a row, in the end: first the watcher may still look, at once and later, at what was closed before. */
    private static void assertAskedOnce(Path directory, Path file) {
        Deadline.awaitTrue("it asks for the name alone", () -> IntStream.range(0, 4)
                .allMatch(_ -> isAskedOnce(directory, file)));
    }

    /** Closes a file, and awaits that the watcher has looked, at once and later. */
    private static boolean isAskedOnce(Path directory, Path file) {
        try (SystemCalls calls = ofWatcher(directory)) {
            open(file).close();
            Deadline.awaitTrue("it has looked twice", () -> calls.count("statx") >= 2);
            return calls.count("openat") == 0 && calls.count("fcntl") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void norDoesItAskMoreAboutASegmentThatIsLent(Path directory) {
        try (ResourceLinkFactory factory = watching(directory);
                ResourceLinkFactory other = ResourceLinkFactory.builder().directory(directory).build()) {
            factory.publish("first", Content.of(new byte[SIZE])).close();
            ResourceLink lent = factory.publish("lent", Content.of(new byte[SIZE]));
            try (ResourceLink _ = other.acquire("lent")) {
                lent.close();
                assertThat(factory.recycling().lent()).isOne();
                assertAskedOnce(directory, directory.resolve("lent"));
            }
        }
    }

    /** The kernel reports that a file is closed before it drops its locks, and this process may release in between. */
    @Test
    void itLooksAgainAfterTheReleaseOfASegmentThatSeemedToBeHeldByAnother(Path directory) throws Exception {
        Path file = directory.resolve("held");
        try (ResourceLinkFactory factory = watching(directory)) {
            ResourceLink held = factory.create("held", 100);
            try (Directory raw = Directory.open(directory, 0700);
                    CallFrame frame = new CallFrame();
                    OpenFile dying = present("held", raw.open(frame, "held", Directory.Access.USE))) {
                long reference = ReferenceLocks.tryTakeFirst(frame, dying);
                try (SystemCalls calls = ofWatcher(directory)) {
                    open(file).close();
                    Deadline.awaitTrue("it has looked", () -> calls.count("statx") >= 1);
                }
                held.close();
                assertThat(file).as("it seems to be held").exists();
                ReferenceLocks.dropAll(frame, dying, reference, 1);
                Deadline.awaitTrue("it is collected", () -> Files.notExists(file));
            }
        }
    }
}
