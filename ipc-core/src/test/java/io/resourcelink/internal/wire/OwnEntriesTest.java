package io.resourcelink.internal.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.FixedClock;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(60)
class OwnEntriesTest {

    private static final int TRIES = 200;

    @Test
    void anEntryThatIsWithdrawnWhileItIsRestoredIsGone(Path directory) throws Exception {
        try (Rendezvous rendezvous = Rendezvous.open(directory, FixedClock.TRUST)) {
            for (int i = 0; i < TRIES; i++) {
                OwnEntries entries = new OwnEntries(rendezvous, () -> {});
                ServedName name = entries.publish("work", Kind.QUEUE, false, 1);
                deleteEntries(directory.resolve("@work"));
                entries.lose();
                AtomicReference<@Nullable Thread> closing = new AtomicReference<>();
                Thread own = Thread.currentThread();
                try (SystemCalls _ = SystemCalls.accompanied((function, _) -> {
                    if (function.equals("linkat") && closing.get() == null) {
                        closing.set(blocked(name::withdraw));
                    }
                    return 0;
                }, own::equals)) {
                    entries.restore();
                }
                Objects.requireNonNull(closing.get(), "it was withdrawn meanwhile").join();
                assertThat(name.isReachable()).isFalse();
                assertThat(directory.resolve("@work")).as("entries, try %d", i).doesNotExist();
            }
            rendezvous.unlink();
        }
    }

    /** Starts a thread that has to wait for what this thread has locked. */
    private static Thread blocked(Runnable work) {
        Thread thread = Thread.ofPlatform().start(work);
        Deadline.awaitTrue("it waits", () -> thread.getState() == Thread.State.BLOCKED);
        return thread;
    }

    private static void deleteEntries(Path entries) {
        try (Stream<Path> files = Files.list(entries)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
