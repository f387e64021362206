package io.resourcelink.channel;

import io.resourcelink.internal.wire.Allowance;

/**
 * How much may wait to be handled on a subchannel, for each channel that sends to it. This limits what piles up at a slow
 * receiver. A message may be sent while each of the three numbers is above zero, so one message may be larger than the limit of
 * bytes. Credit comes back when a message was handled: by {@link SubReceiver#receive}, or by closing a {@link Received}.
 *
 * @param messages how many messages may wait to be handled, at least 1
 * @param bytes bytes of encoded messages, and of the shared memory and the segments that they carry, at least 1
 * @param descriptors file descriptors that the messages carry, at least 1: one for each region, link and sender, and one for an
 * encoded message that is longer than the channel's threshold
 */
public record Credits(int messages, long bytes, int descriptors) {

    /** 1,024 messages, 16 MiB, 256 descriptors. */
    public static final Credits DEFAULT = new Credits(1024, 16L << 20, 256);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one of them is less than 1
     */
    public Credits {
        if (messages < 1 || bytes < 1 || descriptors < 1) {
            throw new IllegalArgumentException("Credits must be at least 1 each: " + messages + " messages, " + bytes
                    + " bytes, " + descriptors + " descriptors.");
        }
    }

    Allowance allowance() {
        return new Allowance(messages, bytes, descriptors);
    }
}
