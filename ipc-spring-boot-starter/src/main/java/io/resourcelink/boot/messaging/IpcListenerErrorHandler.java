package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

/** Handles exceptions of a listener's method. If the method is called several times with a message, it handles each of them. */
@FunctionalInterface
public interface IpcListenerErrorHandler {

    /**
     * Handles an exception.
     *
     * @param message the message; what it carries is still open unless the method has closed it
     * @param failure what the method has thrown, or why it could not be called
     * @return the reply, as if the method had returned it; {@code null} for none
     * @throws Exception if the message has failed nevertheless: then it is retried, recovered or reported as if there were no such
     * handler
     */
    @Nullable
    Object handleError(Message<?> message, Exception failure) throws Exception;
}
