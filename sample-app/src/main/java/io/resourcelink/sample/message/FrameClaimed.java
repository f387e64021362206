package io.resourcelink.sample.message;

import io.resourcelink.claim.Claim;

/**
 * A frame for both hosts, through the broker. Each host has a queue of its own, and so gets every frame.
 *
 * @param number counts up
 * @param frame names a segment with a {@link io.resourcelink.sample.layout.Frame}
 */
public record FrameClaimed(long number, Claim frame) {

    /** Before the host's label: its queue of frames to look at. */
    public static final String QUEUE = "frames.";

    /** Before the host's label: its queue of frames that both hosts have seen, whose payload is needed no longer. */
    public static final String SETTLED = "settled.";
}
