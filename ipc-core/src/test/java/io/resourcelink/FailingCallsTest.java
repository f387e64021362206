package io.resourcelink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.FailingCall.Life;
import io.resourcelink.internal.os.ErrorNumbers;
import io.resourcelink.internal.os.ErrorNumbers.ErrorNumber;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lives in each of which one system call fails: every function of the C library that is called, with every error number of its
 * manual page. Whatever fails is told by a type of this library, nothing is left behind, and the same operation works when it is
 * tried again. In the gate a sixth of all error numbers of all functions is met, another one in each run; {@code -Dipc.thorough} has
 * each call of a function meet each of them.
 */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
class FailingCallsTest {

    private static final boolean ALL = Boolean.getBoolean(Effort.THOROUGH);
    private static final String ONLY = System.getProperty("ipc.calls.only", "");
    private static final int WARM_UP = 3;
    /** What the entries of destinations are made, read and removed with: each of them fails in that life once more. */
    private static final Set<String> IN_ENTRIES = Set.of("openat", "mkdirat", "linkat", "fcntl", "pwrite", "pread",
            "statx", "unlinkat", "getdents64", "flock", "sendmsg", "symlinkat", "readlinkat");

    @Test
    void everyFunctionHasARow() {
        ErrorNumbers table = ErrorNumbers.table();
        assertThat(table.functions()).containsExactlyElementsOf(SystemCalls.functions());
    }

    @Test
    void aCallThatFailsLeavesNothingBehind(Path directory) throws Exception {
        List<FailingCall> calls = calls(directory);
        Map<String, List<String>> wrong = new TreeMap<>();
        int met = 0;
        int told = 0;
        Recorder recorder = new Recorder();
        Logger logger = Logger.getLogger(Failures.class.getName());
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
        try {
            for (FailingCall call : calls) {
                FailingCall.Outcome outcome = call.run(directory.resolve("life-" + call), recorder);
                met += outcome.met() ? 1 : 0;
                told += outcome.surfaced().isEmpty() ? 0 : 1;
                if (!outcome.wrong().isEmpty()) {
                    wrong.put(call.toString(), outcome.wrong());
                    System.out.println(call + ": " + outcome.wrong());
                }
                if (!ONLY.isEmpty()) {
                    System.out.println(call + " " + outcome);
                }
            }
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(recorder);
        }
        System.out.println("Failing calls: " + met + " triples of function, call and error number (of " + calls.size()
                + " tried), " + told + " told to a caller, " + (met - told) + " absorbed or told elsewhere");
        assertThat(wrong).isEmpty();
    }

    private static List<FailingCall> calls(Path directory) throws IOException {
        List<FailingCall> calls = new ArrayList<>();
        Set<String> unseen = new TreeSet<>(SystemCalls.functions());
        ErrorNumbers table = ErrorNumbers.table();
        for (Life life : Life.values()) {
            Map<String, Integer> counts = Map.of();
            for (int i = 0; i < WARM_UP; i++) {
                counts = life.counts(directory.resolve(life + "-" + i));
            }
            counts.forEach((function, count) -> {
                if (ALL || unseen.contains(function) || (life == Life.DESTINATIONS && IN_ENTRIES.contains(function))) {
                    calls.addAll(calls(life, function, count, table.of(function)));
                }
            });
            unseen.removeAll(counts.keySet());
        }
        assertThat(unseen).as("functions that no life calls").isEmpty();
        calls.removeIf(call -> !call.toString().contains(ONLY));
        IntPredicate sample = Effort.everyOf(calls.size() + " calls that fail", ONLY.isEmpty() ? 6 : 1);
        return IntStream.range(0, calls.size()).filter(sample).mapToObj(calls::get).toList();
    }

    /** All, or each error number at another of the calls. */
    private static List<FailingCall> calls(Life life, String function, int count, List<ErrorNumber> errors) {
        List<FailingCall> calls = new ArrayList<>();
        for (int error = 0; error < errors.size(); error++) {
            if (ALL) {
                for (int nth = 1; nth <= count; nth++) {
                    calls.add(new FailingCall(life, function, nth, errors.get(error)));
                }
            } else {
                calls.add(new FailingCall(life, function, 1 + error * count / errors.size(), errors.get(error)));
            }
        }
        return calls;
    }

    /** Keeps what is logged. */
    private static final class Recorder extends Handler implements FailingCall.Log {

        private final List<Throwable> thrown = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord record) {
            if (record.getThrown() != null) {
                thrown.add(record.getThrown());
            }
        }

        @Override
        public synchronized List<Throwable> take() {
            List<Throwable> taken = List.copyOf(thrown);
            thrown.clear();
            return taken;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
