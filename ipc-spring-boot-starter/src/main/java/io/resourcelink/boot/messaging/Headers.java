package io.resourcelink.boot.messaging;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.messaging.MessageHeaders;

/** Which of a message's headers travel: texts, numbers and truth values. Each process gives messages its own id and time. */
final class Headers {

    private Headers() {}

    static Map<String, Object> travelling(MessageHeaders headers) {
        Map<String, Object> travelling = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if ((value instanceof String || value instanceof Number || value instanceof Boolean)
                    && !name.equals(MessageHeaders.ID) && !name.equals(MessageHeaders.TIMESTAMP)) {
                travelling.put(name, value);
            }
        });
        return travelling;
    }
}
