package io.resourcelink.sample.message;

import io.resourcelink.ResourceLink;

/**
 * A request to find the edges of a frame. One of the workers takes it, and replies with {@link EdgesFound}.
 *
 * @param frame a segment with a {@link io.resourcelink.sample.layout.Frame}
 * @param edgesKey the key of the segment that the worker makes
 */
public record FrameTask(ResourceLink frame, String edgesKey) {

    /** The queue of all workers. */
    public static final String QUEUE = "edges";
}
