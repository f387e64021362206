package io.resourcelink.boot.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;

/**
 * What listeners do, by their destination. Reading a meter takes no system call.
 *
 * <ul>
 * <li>{@code ipc.listener.failures}: messages that could not be read, handled or replied to
 * <li>{@code ipc.listener.serving}: 1 if messages arrive here; 0 while another process serves the destination, and while
 * the listener is stopped or cannot receive
 * <li>{@code ipc.listener.threads}: threads that receive, or handle a message
 * </ul>
 */
public final class ListenerMetrics implements MeterBinder {

    private final IpcListenerEndpointRegistry listeners;

    /**
     * Creates the meters of all listeners of an application, those that are registered later included.
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
                .description("Whether messages to the destination arrive here").tags(tags).register(registry);
        Gauge.builder("ipc.listener.threads", listener, IpcListenerContainer::threads)
                .description("Threads that receive, or handle a message").tags(tags).register(registry);
    }
}
