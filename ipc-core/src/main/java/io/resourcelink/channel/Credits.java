package io.resourcelink.channel;

/**
 * How much may lie unreceived on a subchannel, for each process that sends to it: the bound of what a slow receiver can
 * pile up. A message may be sent while something of each is left, so that one alone may be larger than all of the bytes.
 *
 * @param messages messages, at least 1
 * @param bytes bytes of encoded messages, at least 1; shared memory that rides along is not counted here
 * @param descriptors file descriptors that ride with the messages, at least 1: one for each region, link and sender that a
 * message carries, and one for a message that is too long to be sent as a packet
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
}
