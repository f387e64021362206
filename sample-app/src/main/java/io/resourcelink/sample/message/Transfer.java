package io.resourcelink.sample.message;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;

/**
 * A request to get at a payload and to look at one byte of each page, so that all of it is in the worker's address space. The
 * reply is the sum of these bytes. Exactly one of the two ways is given.
 *
 * @param segment the payload itself
 * @param address where the worker downloads the same bytes
 */
public record Transfer(@Nullable ResourceLink segment, @Nullable URI address) {

    /** The queue of all workers. */
    public static final String QUEUE = "transfers";
}
