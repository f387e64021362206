package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.util.ReflectionUtils;

import io.resourcelink.ResourceLink;
import io.resourcelink.channel.SubSender;
import io.resourcelink.memory.SharedMemory;

/**
 * Closes what a payload carries: regions, links and senders anywhere in records, collections, maps, arrays and optionals. A
 * payload that is {@code AutoCloseable} closes itself.
 */
final class Carried {

    private Carried() {}

    static void close(@Nullable Object payload) {
        Object value = payload instanceof Message<?> message ? message.getPayload() : payload;
        if (value instanceof AutoCloseable closeable) {
            closeNow(closeable);
        } else {
            closeIn(value);
        }
    }

    private static void closeIn(@Nullable Object value) {
        switch (value) {
            case SharedMemory memory -> memory.close();
            case ResourceLink link -> link.close();
            case SubSender<?> sender -> sender.close();
            case Record record -> Arrays.stream(record.getClass().getRecordComponents())
                    .filter(component -> !component.getType().isPrimitive())
                    .forEach(component -> closeIn(value(record, component)));
            case Collection<?> values -> values.forEach(Carried::closeIn);
            case Map<?, ?> values -> values.values().forEach(Carried::closeIn);
            case Object[] values -> Arrays.asList(values).forEach(Carried::closeIn);
            case Optional<?> optional -> optional.ifPresent(Carried::closeIn);
            case null, default -> {
                // Carries nothing, or closes it itself.
            }
        }
    }

    private static @Nullable Object value(Record record, RecordComponent component) {
        Method accessor = component.getAccessor();
        ReflectionUtils.makeAccessible(accessor);
        return ReflectionUtils.invokeMethod(accessor, record);
    }

    private static void closeNow(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("A payload could not be closed.", e);
        }
    }
}
