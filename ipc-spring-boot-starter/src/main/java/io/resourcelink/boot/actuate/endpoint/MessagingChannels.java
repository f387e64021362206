package io.resourcelink.boot.actuate.endpoint;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;

/** Describes the channels of the listeners and templates of an application. Makes no system call. */
public final class MessagingChannels implements ChannelsSource {

    private final IpcListenerEndpointRegistry listeners;
    private final Supplier<Stream<IpcTemplate>> templates;

    /**
     * Creates the description of an application.
     *
     * @param listeners the listeners
     * @param templates supplies the templates that have been created until then
     */
    public MessagingChannels(IpcListenerEndpointRegistry listeners, Supplier<Stream<IpcTemplate>> templates) {
        this.listeners = listeners;
        this.templates = templates;
    }

    @Override
    public ChannelsDescriptor describe() {
        Map<String, Long> destinations = new TreeMap<>();
        templates.get().forEach(template -> template.destinations()
                .forEach((destination, process) -> destinations.merge(destination, process, Math::max)));
        SortedSet<String> topics = new TreeSet<>();
        templates.get().forEach(template -> topics.addAll(template.topics()));
        return new ChannelsDescriptor(
                listeners.containers().stream().map(ListenerDescriptor::of)
                        .sorted(Comparator.comparing(ListenerDescriptor::destination)).toList(),
                destinations.entrySet().stream().map(sent -> new DestinationDescriptor(sent.getKey(),
                        sent.getValue() == 0 ? null : sent.getValue())).toList(),
                List.copyOf(topics));
    }
}
