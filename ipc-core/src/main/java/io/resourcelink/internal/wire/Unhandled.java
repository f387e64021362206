package io.resourcelink.internal.wire;

/**
 * Messages that were sent and not handled.
 *
 * @param sender the process that has sent them, for people
 * @param first the number of the first one
 * @param last the number of the last one
 */
public record Unhandled(String sender, long first, long last) {}
