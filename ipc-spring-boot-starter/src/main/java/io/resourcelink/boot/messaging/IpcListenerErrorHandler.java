package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

/** Decides what becomes of a message that a listener's method has failed at. */
@FunctionalInterface
public interface IpcListenerErrorHandler {

    /**
     * Takes a failure.
     *
     * @param message the message, still with what it carries
     * @param failure what the method has thrown, or why it could not be called
     * @return the reply, as if the method had returned it; {@code null} for none
     * @throws Exception if it is to be treated as if there were no such handler: logged, and reported to a sender that waits
     */
    @Nullable
    Object handleError(Message<?> message, Exception failure) throws Exception;
}
