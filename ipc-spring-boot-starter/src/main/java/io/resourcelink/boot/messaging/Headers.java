package io.resourcelink.boot.messaging;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.messaging.MessageHeaders;

/**
 * Selects the headers that travel: strings, numbers and booleans. Each process gives messages their own id and
 * timestamp.
 */
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
