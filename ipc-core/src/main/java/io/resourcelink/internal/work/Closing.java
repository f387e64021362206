package io.resourcelink.internal.work;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Worker.Step;

/**
 * The closing of several things, each of which is tried whatever happened to those before it. Used by one thread.
 *
 * {@snippet lang = java :
 * Closing closing = new Closing();
 * closing.run(socket::close);
 * closing.run(directory::close);
 * closing.end();                    // throws the first failure, the others are its suppressed exceptions
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
     * Does something with each of several things, whatever fails, and throws the first failure at the end. Allocates nothing
     * if nothing fails.
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
     * Keeps a failure.
     *
     * @param later what went wrong, {@code null} for nothing
     */
    public void failed(@Nullable Throwable later) {
        if (later instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        Throwable first = failure;
        if (first == null) {
            failure = later;
        } else if (later != null && !later.equals(first)) {
            try {
                first.addSuppressed(later);
            } catch (OutOfMemoryError _) {
                // The first failure says enough; there is no room to say more.
            }
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
