package io.resourcelink.boot.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;

/**
 * Meters of listeners, by destination. Reading a meter makes no system call.
 *
 * <ul>
 * <li>{@code ipc.listener.failures}: messages that could not be read, handled or replied to
 * <li>{@code ipc.listener.serving}: 1 if this process receives the messages; 0 while another process serves the
 * destination, and while the listener is stopped or cannot receive
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

    @Override
    public void bindTo(MeterRegistry registry) {
        listeners.forEach(listener -> bind(listener, registry));
    }

    private static void bind(IpcListenerContainer listener, MeterRegistry registry) {
        Tags tags = Tags.of("messaging.destination.name", listener.endpoint().destination());
        FunctionCounter.builder("ipc.listener.failures", listener, IpcListenerContainer::failures)
                .description("Messages that could not be read, handled or replied to").tags(tags).register(registry);
        Gauge.builder("ipc.listener.serving", listener, serving -> serving.isServing() ? 1 : 0)
                .description("Whether this process receives the messages to the destination").tags(tags)
                .register(registry);
        Gauge.builder("ipc.listener.threads", listener, IpcListenerContainer::threads)
                .description("Threads that receive or handle a message").tags(tags).register(registry);
    }
}
