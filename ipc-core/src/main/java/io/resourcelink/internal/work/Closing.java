package io.resourcelink.internal.work;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Worker.Step;

/**
 * Closes several things, each of them even if closing an earlier one failed. Used by one thread.
 *
 * {@snippet lang = java :
 * Closing closing = new Closing();
 * closing.run(socket::close);
 * closing.run(directory::close);
 * closing.end();                    // throws the first failure, the others are its suppressed exceptions
 * }
 *
 * <p>A method that opens something and then fails closes it again, in reverse order:
 *
 * {@snippet lang = java :
 * OpenFile file = directory.open(name);
 * try {
 *     return new Segment(file);
 * } catch (Throwable e) {
 *     Closing.undo(e, file);        // what closing throws is a suppressed exception of e
 *     throw e;
 * }
 * }
 */
public final class Closing {

    private @Nullable Throwable failure;

    /** Begins a closing in which nothing has failed. */
    public Closing() {}

    /**
     * Begins a closing because of a failure, which {@link #end} throws.
     *
     * @param cause what went wrong before
     */
    public Closing(Throwable cause) {
        this.failure = cause;
    }

    /**
     * Closes something because of a failure. Never throws, and allocates nothing unless closing fails.
     *
     * @param cause what went wrong; the caller throws it
     * @param opened what was opened before, {@code null} for nothing
     */
    public static void undo(Throwable cause, @Nullable AutoCloseable opened) {
        if (opened != null) {
            try {
                opened.close();
            } catch (Throwable later) {
                suppress(cause, later);
            }
        }
    }

    /**
     * Does something with each of several things, and throws the first failure at the end. Allocates nothing if nothing fails.
     *
     * @param <T> what the things are
     * @param things what to close
     * @param close closes one of them
     */
    public static <T> void each(List<? extends T> things, Consumer<? super T> close) {
        Closing failed = null;
        for (int i = 0; i < things.size(); i++) {
            try {
                close.accept(things.get(i));
            } catch (Throwable e) {
                failed = failed == null ? new Closing() : failed;
                failed.failed(e);
            }
        }
        if (failed != null) {
            failed.end();
        }
    }

    /**
     * Runs a step, and keeps what it throws. An {@link InterruptedException} sets the thread's interrupt flag again.
     *
     * @param step what to do
     */
    public void run(Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /**
     * Runs a step that says whether there is more to do later, and keeps what it throws.
     *
     * @param step what to do
     * @return its answer; {@code true} if it has failed
     */
    public boolean ask(BooleanSupplier step) {
        try {
            return step.getAsBoolean();
        } catch (Throwable e) {
            failed(e);
            return true;
        }
    }

    /**
     * Keeps a failure.
     *
     * @param later what went wrong, {@code null} for nothing
     */
    public void failed(@Nullable Throwable later) {
        Throwable first = failure;
        if (first == null) {
            restoreInterrupt(later);
            failure = later;
        } else if (later != null) {
            suppress(first, later);
        }
    }

    @SuppressWarnings("ReferenceEquality") // A user's equals() may throw.
    private static void suppress(Throwable first, Throwable later) {
        restoreInterrupt(later);
        if (later != first) {
            try {
                first.addSuppressed(later);
            } catch (OutOfMemoryError _) {
                // The first failure says enough; there is no heap to say more.
            }
        }
    }

    private static void restoreInterrupt(@Nullable Throwable failure) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return the first failure, {@code null} if there was none} */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Throws the first failure, if there was one. A checked exception is wrapped in an {@link IllegalStateException}. */
    public void end() {
        switch (failure) {
            case null -> {
            }
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new IllegalStateException(failure);
        }
    }
}
