package io.resourcelink.sample.message;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;

/**
 * A request to get at a payload and to read it. The reply is the sum of what was read. Exactly one of the two ways is
 * given.
 *
 * @param reading how much of it
 * @param segment the payload itself
 * @param address where the worker downloads the same bytes
 */
public record Transfer(Reading reading, @Nullable ResourceLink segment, @Nullable URI address) {

    /** How much of a payload a worker reads, which is a {@link io.resourcelink.sample.layout.Frame}. */
    public enum Reading {

        /** Every pixel. */
        ALL,
        /** The row in the middle. */
        ROW
    }

    /** The queue of all workers. */
    public static final String QUEUE = "transfers";
}
