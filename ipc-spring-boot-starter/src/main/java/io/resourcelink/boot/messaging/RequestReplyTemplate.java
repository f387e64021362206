package io.resourcelink.boot.messaging;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.core.AbstractMessageSendingTemplate;
import org.springframework.messaging.core.MessagePostProcessor;
import org.springframework.messaging.core.MessageRequestReplyOperations;

/** The requests that Spring's interface has, by the two that a template needs. */
abstract class RequestReplyTemplate extends AbstractMessageSendingTemplate<String>
        implements
            MessageRequestReplyOperations<String> {

    RequestReplyTemplate() {}

    /** {@return the payload of the reply; {@code null} if the listener's method has returned nothing} */
    abstract <T> @Nullable T request(String destination, Message<?> request, Class<T> replyType);

    @Override
    public @Nullable Message<?> sendAndReceive(Message<?> request) {
        return sendAndReceive(getRequiredDefaultDestination(), request);
    }

    @Override
    public <T> @Nullable T convertSendAndReceive(Object request, Class<T> replyType) {
        return convertSendAndReceive(getRequiredDefaultDestination(), request, replyType);
    }

    @Override
    public <T> @Nullable T convertSendAndReceive(String destination, Object request, Class<T> replyType) {
        return convertSendAndReceive(destination, request, null, replyType, null);
    }

    @Override
    public <T> @Nullable T convertSendAndReceive(String destination, Object request,
            @Nullable Map<String, Object> headers, Class<T> replyType) {
        return convertSendAndReceive(destination, request, headers, replyType, null);
    }

    @Override
    public <T> @Nullable T convertSendAndReceive(Object request, Class<T> replyType,
            @Nullable MessagePostProcessor postProcessor) {
        return convertSendAndReceive(getRequiredDefaultDestination(), request, null, replyType, postProcessor);
    }

    @Override
    public <T> @Nullable T convertSendAndReceive(String destination, Object request, Class<T> replyType,
            @Nullable MessagePostProcessor postProcessor) {
        return convertSendAndReceive(destination, request, null, replyType, postProcessor);
    }

    @Override
    public <T> @Nullable T convertSendAndReceive(Object request, @Nullable Map<String, Object> headers,
            Class<T> replyType) {
        return convertSendAndReceive(getRequiredDefaultDestination(), request, headers, replyType, null);
    }

    @Override
    public <T> @Nullable T convertSendAndReceive(Object request, @Nullable Map<String, Object> headers,
            Class<T> replyType, @Nullable MessagePostProcessor postProcessor) {
        return convertSendAndReceive(getRequiredDefaultDestination(), request, headers, replyType, postProcessor);
    }

    @Override
    public <T> @Nullable T convertSendAndReceive(String destination, Object request,
            @Nullable Map<String, Object> headers, Class<T> replyType, @Nullable MessagePostProcessor postProcessor) {
        return request(destination, doConvert(request, headers, postProcessor), replyType);
    }
}
