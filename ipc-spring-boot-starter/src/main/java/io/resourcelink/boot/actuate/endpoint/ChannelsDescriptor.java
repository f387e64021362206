package io.resourcelink.boot.actuate.endpoint;

import java.util.List;

/**
 * Description of what this application receives and sends.
 *
 * @param listeners the listeners, sorted by destination
 * @param destinations the destinations that were sent to, sorted by name
 * @param topics the topics that were published to and had subscribers, sorted
 */
public record ChannelsDescriptor(List<ListenerDescriptor> listeners, List<DestinationDescriptor> destinations,
        List<String> topics) {}
