package io.resourcelink;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Operations that are tried, and tried once more if they fail: what goes wrong once must not go wrong twice. Thread-safe.
 */
final class Attempts {

    /** Something that may throw anything. */
    @FunctionalInterface
    interface Operation {
        void run() throws Throwable;
    }

    /** Something that answers, and may throw anything. */
    @FunctionalInterface
    interface Opening<T> {
        T open() throws Throwable;
    }

    /**
     * What an operation has thrown the first time.
     *
     * @param operation its name
     * @param thrown what it threw
     */
    record Failure(String operation, Throwable thrown) {}

    /** Something is not as it should be, and nothing was thrown. */
    static final class Unmet extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unmet(String expectation) {
            super("Not so: " + expectation);
        }
    }

    /** An operation has failed twice, so what comes after it can't be tried. */
    static final class FailedAgain extends Exception {

        private static final long serialVersionUID = 1L;

        FailedAgain(String operation, Throwable cause) {
            super(operation + " has failed twice: " + cause, cause);
        }
    }

    private final List<Failure> failures = new ArrayList<>();

    /** Does something. */
    void run(String operation, Operation what) throws FailedAgain {
        open(operation, () -> {
            what.run();
            return operation;
        });
    }

    /** Makes something. */
    <T> T open(String operation, Opening<T> what) throws FailedAgain {
        try {
            return what.open();
        } catch (Throwable first) {
            synchronized (this) {
                failures.add(new Failure(operation, first));
            }
        }
        try {
            return what.open();
        } catch (Throwable second) {
            throw new FailedAgain(operation, second);
        }
    }

    /** Closes all, the last one first, whatever fails; twice what fails. */
    void closeAll(List<? extends AutoCloseable> opened) throws FailedAgain {
        FailedAgain failed = null;
        for (AutoCloseable one : opened.reversed()) {
            try {
                run("close " + one.getClass().getSimpleName(), one::close);
            } catch (FailedAgain e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /** {@return what has failed, the first time each} */
    synchronized List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** Fails if something is not so. */
    static void expect(String what, boolean holds) {
        if (!holds) {
            throw new Unmet(what);
        }
    }

    /** Fails if there is nothing. */
    static <T> T present(String what, @Nullable T found) {
        if (found == null) {
            throw new Unmet(what);
        }
        return found;
    }
}
