package io.resourcelink.internal.work;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import com.sun.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.Deadline;

import static org.assertj.core.api.Assertions.assertThat;

class FailuresTest {

    private final Logger logger = Logger.getLogger(Failures.class.getName());
    private final List<String> logged = new ArrayList<>();
    private @Nullable Throwable thrown;
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown instanceof RuntimeException exception) {
                throw exception;
            }
            logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void theFirstFailureIsLoggedWithItsSource() {
        Failures failures = new Failures("The watcher of /x");
        failures.report("telling a listener", new AssertionError("a"));
        assertThat(logged).containsExactly("The watcher of /x failed while telling a listener; it goes on.");
    }

    @Test
    void aLoggerThatThrowsIsSurvivedAndNamedByTheNextEntry() {
        Failures failures = new Failures("A test");
        thrown = new NoClassDefFoundError("java.util.logging.LogManager");
        failures.report("working", new IllegalStateException());
        assertThat(failures.count()).isEqualTo(1);
        thrown = null;
        Deadline.awaitTrue("the next one is logged", () -> {
            failures.report("working", new IllegalStateException());
            return !logged.isEmpty();
        });
        assertThat(logged).containsExactly("A test failed while working; it goes on. " + (failures.count() - 1)
                + " earlier failures were not logged.");
    }

    @Test
    void aStormOfFailuresIsCountedInFullAndLoggedOnce() {
        Failures failures = new Failures("A test");
        RuntimeException failure = new IllegalStateException();
        for (int i = 0; i < 10_000; i++) {
            failures.report("working", failure);
        }
        assertThat(failures.count()).isEqualTo(10_000);
        assertThat(logged.size()).isLessThan(10_000 / 10);
    }

    @Test
    void countingAllocatesNothing() {
        Failures failures = new Failures("A test");
        RuntimeException failure = new IllegalStateException();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 2_000; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            failures.report("working", failure);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
    }
}
