package io.resourcelink.boot.actuate.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * Description of a destination that this application sends to.
 *
 * @param destination its name
 * @param pid id of the process that serves it and that this application is connected to, or {@code null} if there is no connection
 * at the moment or the process cannot be seen from here
 */
public record DestinationDescriptor(String destination, @Nullable Long pid) {}
