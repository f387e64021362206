package io.resourcelink.boot.messaging;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;

import io.resourcelink.channel.Received;

/**
 * Reads the headers of a message that is sent. Strings, booleans and the numbers of {@code java.lang} and {@code java.math} travel;
 * others stay in this process. Each process gives messages their own id and timestamp. The
 * names of reply and error channels mean beans of one process, so they stay there too.
 */
final class Headers {

    private static final Set<String> LOCAL = Set.of(MessageHeaders.ID, MessageHeaders.TIMESTAMP,
            MessageHeaders.REPLY_CHANNEL, MessageHeaders.ERROR_CHANNEL, IpcHeaders.SEND_TIMEOUT,
            IpcHeaders.REPLY_TIMEOUT, IpcHeaders.MAX_AGE,
            IpcHeaders.RECEIVED_DESTINATION, IpcHeaders.SENDER, IpcHeaders.MESSAGE_NUMBER, IpcHeaders.AGE);

    private Headers() {}

    static Map<String, Object> travelling(MessageHeaders headers) {
        Map<String, Object> travelling = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (!LOCAL.contains(name) && travels(value)) {
                travelling.put(name, value);
            }
        });
        return travelling;
    }

    /** {@return the headers of a message that was received, with what its listener may want to know of it} */
    static Map<String, Object> received(Received<?> message, String destination) {
        Map<String, Object> headers = new LinkedHashMap<>(message.headers());
        headers.put(IpcHeaders.RECEIVED_DESTINATION, destination);
        headers.put(IpcHeaders.SENDER, message.sender());
        headers.put(IpcHeaders.MESSAGE_NUMBER, message.number());
        headers.put(IpcHeaders.AGE, message.age());
        return headers;
    }

    private static boolean travels(Object value) {
        return switch (value) {
            case String _,Boolean _,Byte _,Short _,Integer _,Long _,Float _,Double _ -> true;
            default -> value.getClass() == BigInteger.class || value.getClass() == BigDecimal.class;
        };
    }

    /**
     * Reads the options of a message.
     *
     * @throws IllegalArgumentException if one is neither a duration nor a number, or is negative
     */
    static IpcSendOptions options(MessageHeaders headers) {
        return new IpcSendOptions(time(headers, IpcHeaders.SEND_TIMEOUT), time(headers, IpcHeaders.REPLY_TIMEOUT),
                time(headers, IpcHeaders.MAX_AGE), null, false);
    }

    private static @Nullable Duration time(MessageHeaders headers, String name) {
        return switch (headers.get(name)) {
            case null -> null;
            case Duration time -> time;
            case Number millis -> Duration.ofMillis(millis.longValue());
            case Object other -> throw new IllegalArgumentException("The header " + name
                    + " must be a Duration or a number of milliseconds; it was a " + other.getClass().getName() + ".");
        };
    }
}
