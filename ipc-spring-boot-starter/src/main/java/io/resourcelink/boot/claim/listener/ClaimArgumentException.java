package io.resourcelink.boot.claim.listener;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;

/**
 * A listener was not called because its message has no claim that can ever be opened. The cause is an {@link
 * io.resourcelink.error.InvalidClaimException} or a {@link io.resourcelink.error.ClaimGoneException}, or there is none if the
 * message has no claim. Its type tells Spring for Apache Kafka not to retry, and Spring AMQP to reject the message.
 */
public final class ClaimArgumentException extends MethodArgumentResolutionException {

    private static final long serialVersionUID = 1L;

    ClaimArgumentException(Message<?> message, MethodParameter parameter, String description,
            @Nullable Throwable cause) {
        super(message, parameter, description, cause);
    }

    /** {@return the failure without the message, which may be the text of a claim with its signature} */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // The superclass does, too, and shows the message there.
    public String toString() {
        return getClass().getName() + ": " + getMessage();
    }
}
