package io.resourcelink.boot.messaging;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.util.backoff.BackOffExecution;

/** Calls a handler until it does not fail, as often as a policy allows and as long as its listener is not stopped. Thread-safe. */
final class Attempts {

    private final @Nullable RetryTemplate retry;

    /**
     * Creates attempts.
     *
     * @param policy says how often; {@code null} for once
     * @param stopping open until the listener is stopped
     */
    Attempts(@Nullable RetryPolicy policy, CountDownLatch stopping) {
        this.retry = policy == null
                ? null
                : new RetryTemplate(new FilteredPolicy(policy, Attempts::isRetried,
                        pauses -> () -> waiting(pauses.start(), stopping)));
    }

    /** {@return whether a handler may be called several times with one message} */
    boolean areSeveral() {
        return retry != null;
    }

    /**
     * Handles a message.
     *
     * @throws Throwable what the handler has thrown at the last attempt
     */
    @Nullable
    Object handle(IpcListenerEndpoint.Handler handler, Incoming incoming) throws Throwable {
        if (retry == null) {
            return AsyncResult.await(handler.handle(incoming.message()));
        }
        try {
            return retry.<@Nullable Object>execute(() -> AsyncResult.await(handler.handle(incoming.message())));
        } catch (RetryException e) {
            throw e.getLastException();
        }
    }

    /** Exceptions only, and not those that come back with the same message. */
    private static boolean isRetried(Throwable failure) {
        return failure instanceof Exception && !(failure instanceof InterruptedException)
                && !(failure instanceof MessageConversionException)
                && !(failure instanceof MethodArgumentResolutionException);
    }

    /** Waits here and not in the template, so that stopping the listener ends the wait. */
    private static BackOffExecution waiting(BackOffExecution pauses, CountDownLatch stopping) {
        return () -> {
            long pause = pauses.nextBackOff();
            return pause == BackOffExecution.STOP || isStopped(stopping, pause) ? BackOffExecution.STOP : 0;
        };
    }

    private static boolean isStopped(CountDownLatch stopping, long millis) {
        try {
            return stopping.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
