package io.resourcelink.boot.messaging;

/**
 * Published when this process no longer serves a destination: its listener was stopped, or its channel was closed. Another process
 * may serve it now. Messages that were sent before the stop may still be handled.
 *
 * @param destination the destination
 * @param listener the id of the listener, by which the registry has it
 */
public record IpcDestinationReleasedEvent(String destination, String listener) {}
