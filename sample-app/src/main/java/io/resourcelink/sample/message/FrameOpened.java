package io.resourcelink.sample.message;

import io.resourcelink.ResourceLink;

/**
 * A claim was opened: an event within the viewer's own process. The link is closed when its listeners have returned.
 *
 * @param frame a segment of this host with a {@link io.resourcelink.sample.layout.Frame}
 * @param fetched bytes that were fetched for it
 */
public record FrameOpened(ResourceLink frame, long fetched) {}
