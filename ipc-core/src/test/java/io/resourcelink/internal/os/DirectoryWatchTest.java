package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.Directory.Named;
import io.resourcelink.internal.os.DirectoryWatch.Change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

@ExtendWith(SharedMemoryDirectory.class)
class DirectoryWatchTest {

    private static List<Change> drain(DirectoryWatch watch) {
        List<Change> all = new ArrayList<>();
        for (List<Change> some = watch.await(0); !some.isEmpty(); some = watch.await(0)) {
            all.addAll(some);
        }
        return all;
    }

    @Test
    void tellsOfNamesAndOfFilesClosedAfterWriting(Path root) throws IOException {
        try (DirectoryWatch watch = DirectoryWatch.open(root)) {
            Files.write(root.resolve("file"), new byte[1]);
            Files.readAllBytes(root.resolve("file"));
            Files.write(root.resolve(".hidden"), new byte[1]);
            Files.delete(root.resolve("file"));
            Files.delete(root.resolve(".hidden"));
            assertThat(drain(watch)).containsExactly(new Change.Appeared("file"), new Change.Closed("file"));
        }
    }

    /** The trap that makes a watcher miss every creator: the kernel goes on calling the file by its number. */
    @Test
    void aFileThatWasNamedLaterIsClosedUnderItsNumber(Path root) {
        try (Directory directory = Directory.open(root, 0700);
                CallFrame frame = new CallFrame();
                DirectoryWatch watch = DirectoryWatch.open(root)) {
            OpenFile file = Objects.requireNonNull(directory.createUnnamed(frame, "key", 0600));
            long inode = file.status(frame).inode();
            assertThat(NamingMethod.BY_PROC.name(frame, file, directory, "key")).isEqualTo(Named.DONE);
            file.close();
            directory.unlink(frame, "key");
            assertThat(drain(watch)).containsExactly(new Change.Appeared("key"), new Change.Closed("#" + inode),
                    new Change.ClosedUnnamed(inode));
        }
    }

    @Test
    void saysWhenTheKernelHasForgottenSomething(Path root) throws IOException {
        int queue = Integer.parseInt(Platform.setting(Path.of("/proc/sys/fs/inotify/max_queued_events")));
        assumeThat(queue).as("a queue that can be filled in a test").isLessThanOrEqualTo(65_536);
        Path one = root.resolve("one");
        Path two = root.resolve("two");
        try (DirectoryWatch watch = DirectoryWatch.open(root)) {
            for (int event = 0; event < queue + 10; event++) {
                // In turn, because the kernel merges an event with an equal one just before it.
                Files.write(event % 2 == 0 ? one : two, new byte[1]);
            }
            assertThat(drain(watch)).hasSize(queue + 1).endsWith(new Change.Overflowed());
        }
        Files.delete(one);
        Files.delete(two);
    }

    @Test
    void canBeWokenBeforeAndDuringAWait(Path root) throws InterruptedException {
        try (DirectoryWatch watch = DirectoryWatch.open(root)) {
            watch.wake();
            assertThat(watch.await(-1)).isEmpty();
            Thread waiting = Thread.ofPlatform().start(() -> watch.await(-1));
            watch.wake();
            waiting.join();
        }
    }

    @Test
    void saysWhenTheDirectoryIsGone(Path root) throws IOException {
        Path path = Files.createDirectory(root.resolve("gone"));
        try (DirectoryWatch watch = DirectoryWatch.open(path)) {
            Files.delete(path);
            assertThat(watch.await(-1)).containsExactly(new Change.Ended());
        }
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> DirectoryWatch.open(path))
                .satisfies(e -> assertThat(e.call()).isEqualTo("inotify_add_watch"))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }
}
