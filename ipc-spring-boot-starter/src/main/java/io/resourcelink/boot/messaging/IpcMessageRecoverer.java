package io.resourcelink.boot.messaging;

import org.springframework.messaging.Message;

/**
 * Takes a message that a listener has failed to handle, after the last retry. {@link IpcListener#onFailure} names the bean.
 * Messages that cannot be read do not get here, nor those that were handled and whose result cannot be sent.
 */
@FunctionalInterface
public interface IpcMessageRecoverer {

    /**
     * Takes a message. If the sender waits for a reply, it was told before that the listener has failed.
     *
     * @param message the message, decoded anew: its links are open, even if the listener's method has closed its own; they are
     * closed after this call
     * @param failure what the method has thrown at the last attempt
     * @throws Exception if the message cannot be recovered: then the failure is reported as if there were no recoverer
     */
    void recover(Message<?> message, Throwable failure) throws Exception;
}
