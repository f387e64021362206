package io.resourcelink.boot.messaging;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.messaging.MessagingException;

/**
 * Sends again what can be sent again without harm, as often as a policy allows. Thread-safe.
 */
final class Retries {

    private final @Nullable RetryTemplate template;

    /**
     * Creates retries.
     *
     * @param policy says how often; {@code null} for never
     * @param listenerFailures whether a request is sent again after the listener's method has failed
     */
    Retries(@Nullable RetryPolicy policy, boolean listenerFailures) {
        this.template = policy == null
                ? null
                : new RetryTemplate(
                        new FilteredPolicy(policy, failure -> isSafe(failure, listenerFailures), pauses -> pauses));
    }

    /**
     * Sends, at least once.
     *
     * @throws RuntimeException what the last attempt has thrown
     */
    <T extends @Nullable Object> T run(Supplier<T> attempt) {
        if (template == null) {
            return attempt.get();
        }
        try {
            return template.<T>execute(attempt::get);
        } catch (RetryException e) {
            Throwable last = e.getLastException();
            if (Thread.currentThread().isInterrupted() && isSafe(last, true)) {
                throw new MessagingException("The thread was interrupted before the next attempt to send a message. The"
                        + " last attempt has failed: " + last.getMessage(), last);
            }
            switch (last) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(last);
            }
        }
    }

    private static boolean isSafe(Throwable failure, boolean listenerFailures) {
        return switch (failure) {
            case DestinationNotServedException notServed -> !notServed.isAtOnce();
            case RequestUnhandledException _ -> true;
            case ListenerFailedException _ -> listenerFailures;
            default -> false;
        };
    }
}
