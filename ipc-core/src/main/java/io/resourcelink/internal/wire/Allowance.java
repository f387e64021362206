package io.resourcelink.internal.wire;

/**
 * An amount of credit: how much may be sent, or how much was received and may be sent again.
 *
 * @param messages a number of messages
 * @param bytes bytes of encoded messages, and of what they carry
 * @param descriptors file descriptors that the messages carry
 */
public record Allowance(int messages, long bytes, int descriptors) {}
