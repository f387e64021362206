package io.resourcelink.internal.wire;

/**
 * Messages that were sent, and that their receiver has not handled.
 *
 * @param receiver what people call the receiver
 * @param process its process, for people
 * @param first the number of the first one
 * @param last the number of the last one
 * @param known whether the receiver has said so; otherwise it has ended without a word, and may have handled them
 */
public record UnhandledMessages(String receiver, String process, long first, long last, boolean known) {}
