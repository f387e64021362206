package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOff;

/**
 * A policy of the application that is asked about some failures only. Spring's own policies retry errors too, also those of the
 * heap and the stack.
 *
 * @param policy the application's policy
 * @param retried which failures it is asked about
 * @param pauses makes the pauses of those that the policy has
 */
record FilteredPolicy(RetryPolicy policy, Predicate<Throwable> retried, UnaryOperator<BackOff> pauses)
        implements
            RetryPolicy {

    @Override
    public boolean shouldRetry(Throwable failure) {
        return retried.test(failure) && policy.shouldRetry(failure);
    }

    @Override
    public Duration getTimeout() {
        return policy.getTimeout();
    }

    @Override
    public BackOff getBackOff() {
        return pauses.apply(policy.getBackOff());
    }
}
