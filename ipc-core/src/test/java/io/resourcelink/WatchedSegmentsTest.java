package io.resourcelink;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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
    void itOnlyAsksWhetherTheNameIsStillThatOfTheSegment(Path directory) throws IOException {
        try (ResourceLinkFactory factory = watching(directory); ResourceLink _ = factory.create("held", 100)) {
            assertAskedOnce(directory, directory.resolve("held"));
        }
    }

    /** Closes a file, and awaits that the watchers have looked, at once and later. */
    private static void assertAskedOnce(Path directory, Path file) throws IOException {
        // It has looked at all names before it reads what the kernel tells it.
        try (SystemCalls calls = ofWatcher(directory)) {
            open(file).close();
            Deadline.awaitTrue("it reads", () -> calls.count("read") >= 1);
        }
        try (SystemCalls calls = ofWatcher(directory)) {
            open(file).close();
            Deadline.awaitTrue("it has looked twice", () -> calls.count("statx") >= 2);
            assertThat(calls.count("openat")).isZero();
            assertThat(calls.count("fcntl")).isZero();
        }
    }

    @Test
    void norDoesItAskMoreAboutASegmentThatIsLent(Path directory) throws IOException {
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
