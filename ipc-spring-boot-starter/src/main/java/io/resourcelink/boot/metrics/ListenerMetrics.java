package io.resourcelink.boot.metrics;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;

/**
 * Meters of listeners, by destination and by the listener's id. Reading a meter makes no system call.
 *
 * <ul>
 * <li>{@code ipc.listener.handled}: messages that were handled, and replied to if that was wanted
 * <li>{@code ipc.listener.failures}: messages that could not be read, handled or replied to
 * <li>{@code ipc.listener.expired}: messages that were dropped because they were too old
 * <li>{@code ipc.listener.missed}: messages that were published to this subscriber of a topic and dropped, because it had no room
 * <li>{@code ipc.listener.unhandled}: messages that were not handled because the listener had to stop
 * <li>{@code ipc.listener.serving}: 1 if this process receives the messages; 0 while another process serves the
 * destination, and while the listener is stopped or cannot receive
 * <li>{@code ipc.listener.waiting}: messages that have arrived and that no thread has received yet
 * <li>{@code ipc.listener.threads}: threads that receive or handle a message
 * </ul>
 */
public final class ListenerMetrics implements MeterBinder {

    private final IpcListenerEndpointRegistry listeners;

    /**
     * Creates the meters of all listeners of an application, including listeners that are registered later.
     *
     * @param listeners the listeners
     */
    public ListenerMetrics(IpcListenerEndpointRegistry listeners) {
        this.listeners = listeners;
    }

    /** Meters hold weakly what they measure, and a meter of an unregistered listener would hide that of the next one. */
    @Override
    public void bindTo(MeterRegistry registry) {
        Map<IpcListenerContainer, List<Meter>> meters = new ConcurrentHashMap<>();
        listeners.forEach(listener -> meters.put(listener, bind(listener, registry)),
                listener -> Objects.requireNonNullElse(meters.remove(listener), List.<Meter>of())
                        .forEach(registry::remove));
    }

    private static List<Meter> bind(IpcListenerContainer listener, MeterRegistry registry) {
        Tags tags = Tags.of("messaging.destination.name", listener.endpoint().destination(), "listener",
                listener.endpoint().id());
        return List.of(
                FunctionCounter.builder("ipc.listener.handled", listener, IpcListenerContainer::handled)
                        .description("Messages that were handled, and replied to if that was wanted").tags(tags)
                        .register(registry),
                FunctionCounter.builder("ipc.listener.failures", listener, IpcListenerContainer::failures)
                        .description("Messages that could not be read, handled or replied to").tags(tags)
                        .register(registry),
                FunctionCounter.builder("ipc.listener.expired", listener, IpcListenerContainer::expired)
                        .description("Messages that were dropped because they were too old").tags(tags)
                        .register(registry),
                FunctionCounter.builder("ipc.listener.missed", listener, IpcListenerContainer::missed)
                        .description("Messages that were published to this subscriber and dropped").tags(tags)
                        .register(registry),
                FunctionCounter.builder("ipc.listener.unhandled", listener, IpcListenerContainer::unhandled)
                        .description("Messages that were not handled because the listener had to stop").tags(tags)
                        .register(registry),
                Gauge.builder("ipc.listener.serving", listener, serving -> serving.isServing() ? 1 : 0)
                        .description("Whether this process receives the messages to the destination").tags(tags)
                        .register(registry),
                Gauge.builder("ipc.listener.waiting", listener, IpcListenerContainer::waiting)
                        .description("Messages that have arrived and that no thread has received yet").tags(tags)
                        .register(registry),
                Gauge.builder("ipc.listener.threads", listener, IpcListenerContainer::threads)
                        .description("Threads that receive or handle a message").tags(tags).register(registry));
    }
}
