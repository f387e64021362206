package io.resourcelink.sample.message;

import io.resourcelink.ResourceLink;

/**
 * A worker's reply to a {@link FrameTask}. The receiver closes the link.
 *
 * @param edges a segment with an {@link io.resourcelink.sample.layout.EdgeMap}
 * @param workerPid the process that has made it
 * @param micros how long the worker took, by its own clock
 */
public record EdgesFound(ResourceLink edges, long workerPid, long micros) {}
