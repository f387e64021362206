package io.resourcelink.boot.actuate.endpoint;

import java.util.List;

/**
 * Description of what this application receives and sends.
 *
 * @param listeners the listeners, sorted by destination
 * @param destinations the destinations that were sent to, sorted by name
 */
public record ChannelsDescriptor(List<ListenerDescriptor> listeners, List<DestinationDescriptor> destinations) {}
