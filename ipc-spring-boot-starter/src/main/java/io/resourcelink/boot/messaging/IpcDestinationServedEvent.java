package io.resourcelink.boot.messaging;

/**
 * Published when this process begins to serve a destination: when its listener starts, or takes over from another process. The
 * listener's thread may publish it, so return soon.
 *
 * @param destination the destination
 * @param listener the id of the listener, by which the registry has it
 */
public record IpcDestinationServedEvent(String destination, String listener) {}
