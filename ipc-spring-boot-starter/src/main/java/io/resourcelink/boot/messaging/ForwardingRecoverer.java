package io.resourcelink.boot.messaging;

import java.util.function.Supplier;

import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Sends messages on to a failure destination, with headers that say why.
 *
 * @param template supplies what sends
 * @param from the destination of the listener that fails
 * @param to the failure destination
 */
record ForwardingRecoverer(Supplier<IpcTemplate> template, String from, String to) implements IpcMessageRecoverer {

    @Override
    public void recover(Message<?> message, Throwable failure) {
        RemoteFailure remote = RemoteFailure.of(failure);
        template.get().send(to, MessageBuilder.fromMessage(message).setHeader(IpcFailureHeaders.DESTINATION, from)
                .setHeader(IpcFailureHeaders.TYPE, remote.type()).setHeader(IpcFailureHeaders.TEXT, remote.text())
                .setHeader(IpcFailureHeaders.CODE, remote.code()).build());
    }
}
