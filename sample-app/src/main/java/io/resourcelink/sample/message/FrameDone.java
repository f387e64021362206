package io.resourcelink.sample.message;

import io.resourcelink.ResourceLink;

/**
 * What a worker publishes after each frame. Every subscriber gets references of its own.
 *
 * @param frame a segment with a {@link io.resourcelink.sample.layout.Frame}
 * @param edges a segment with an {@link io.resourcelink.sample.layout.EdgeMap}
 */
public record FrameDone(ResourceLink frame, ResourceLink edges) {

    /** The topic. */
    public static final String TOPIC = "frames.done";
}
