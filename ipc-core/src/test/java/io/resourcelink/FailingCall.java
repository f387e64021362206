package io.resourcelink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.Channel;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.ErrorNumbers.ErrorNumber;
import io.resourcelink.internal.os.SystemCalls;

/**
 * One life in which one system call fails.
 *
 * @param life which one
 * @param function the function that fails
 * @param nth which of its calls in that life
 * @param error what it fails with
 */
record FailingCall(Life life, String function, int nth, ErrorNumber error) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final List<String> ENDING = List.of("ipc-accept", "ipc-reclaimer", "ipc-upkeep");

    /** What makes system calls. */
    enum Life {
        SEGMENTS {
            @Override
            void live(Attempts attempts, Path directory) throws Attempts.FailedAgain {
                new SegmentLife(attempts, directory).live();
            }
        },
        CHANNELS {
            @Override
            void live(Attempts attempts, Path directory) throws Attempts.FailedAgain {
                new ChannelLife(attempts, directory).live();
            }
        },
        DESTINATIONS {
            @Override
            void live(Attempts attempts, Path directory) throws Attempts.FailedAgain {
                new SharedDestinationLife(attempts, directory).live();
            }
        };

        abstract void live(Attempts attempts, Path directory) throws Attempts.FailedAgain;

        /** Lives once, and counts. */
        Map<String, Integer> counts(Path directory) throws IOException {
            Attempts attempts = new Attempts();
            Map<String, Integer> counts;
            try (SystemCalls calls = SystemCalls.counting()) {
                live(attempts, Files.createDirectory(directory));
                counts = calls.counts();
            } catch (Attempts.FailedAgain e) {
                throw new AssertionError(e);
            }
            if (!attempts.failures().isEmpty()) {
                throw new AssertionError(attempts.failures().toString(), attempts.failures().getFirst().thrown());
            }
            return counts;
        }
    }

    /**
     * What came of it.
     *
     * @param met whether the call was made at all
     * @param surfaced what operations threw
     * @param wrong what must not be
     */
    record Outcome(boolean met, List<Attempts.Failure> surfaced, List<String> wrong) {}

    /** Lives in a new directory, which is empty afterwards. */
    Outcome run(Path directory, Log log) throws IOException, InterruptedException {
        Files.createDirectory(directory);
        log.take();
        NothingLeft.Holdings before = NothingLeft.Holdings.now();
        List<String> wrong = new ArrayList<>();
        Attempts attempts = new Attempts();
        AtomicBoolean met = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        try (SystemCalls _ = SystemCalls.accompanied((called, call) -> {
            boolean fails = call == nth && called.equals(function);
            met.compareAndSet(false, fails);
            return fails ? error.number() : 0;
        }, _ -> true)) {
            Thread living = Thread.ofPlatform().daemon().name("life").start(() -> {
                try {
                    life.live(attempts, directory);
                } catch (Throwable e) {
                    failed.set(e);
                }
            });
            if (!living.join(LONGEST)) {
                wrong.add("hangs at " + List.of(living.getStackTrace()));
                return new Outcome(met.get(), attempts.failures(), wrong);
            }
        }
        if (failed.get() != null && !isBelieved()) {
            wrong.add(String.valueOf(failed.get()));
        }
        attempts.failures().stream().filter(failure -> !isRight(failure.thrown()))
                .forEach(failure -> wrong.add(failure.operation() + " has thrown " + described(failure.thrown())));
        log.take().stream().filter(thrown -> !isRight(thrown))
                .forEach(thrown -> wrong.add("the library has logged " + described(thrown)));
        Deadline.await(PATIENCE, () -> left(before).isEmpty());
        left(before).forEach(left -> wrong.add("left: " + left));
        if (!SharedMemoryDirectory.files(directory).isEmpty()) {
            sweep(directory);
        }
        SharedMemoryDirectory.files(directory).forEach(file -> wrong.add("a file is left: " + file));
        return new Outcome(met.get(), attempts.failures(), wrong);
    }

    private static void sweep(Path directory) {
        SegmentLife.sweepAll(directory);
        if (Files.exists(directory.resolve("channels"))) {
            Channel.builder().directory(directory.resolve("channels")).open().close();
        }
    }

    private static List<String> left(NothingLeft.Holdings before) {
        return NothingLeft.Holdings.now().minus(before).stream()
                .filter(what -> ENDING.stream().noneMatch(what::contains)).toList();
    }

    /** Whether it is a type of this library's and, if it names a call and its error number, this one. */
    private boolean isRight(Throwable thrown) {
        if (thrown instanceof OsException os && !isBelieved()) {
            return os.errno() == error.number() && os.call().equals(function.equals("syscall") ? "futex" : function);
        }
        return thrown instanceof Attempts.Unmet || thrown instanceof IpcException;
    }

    /**
     * Whether it is an answer that can't be doubted, so that a lie is followed by true failures: a directory is there already; a
     * socket's name is gone, or nobody has the socket any more, and then its name is removed; the other end of a connection is
     * closed, and then another connection to it is of no use.
     */
    private boolean isBelieved() {
        return switch (function) {
            case "mkdirat" -> error.name().equals("EEXIST");
            case "statx" -> error.name().equals("ENOENT");
            case "connect" -> error.name().equals("ECONNREFUSED");
            case "sendmsg" -> List.of("ECONNREFUSED", "ECONNRESET", "ENOTCONN", "EPIPE").contains(error.name());
            default -> false;
        };
    }

    private static String described(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (frame.getClassName().startsWith("io.resourcelink") && text.length() < 600) {
                text.append(" < ").append(frame.getFileName()).append(':').append(frame.getLineNumber());
            }
        }
        return thrown.getCause() == null ? text.toString() : text + " because of " + described(thrown.getCause());
    }

    @Override
    public String toString() {
        return life + " " + function + " " + nth + " " + error.name();
    }

    /** What the library logs meanwhile, kept instead of printed. */
    interface Log {

        /** {@return what was logged with a throwable since the last time} */
        List<Throwable> take();
    }
}
