package io.resourcelink.sample.studio;

import io.resourcelink.ResourceLink;

/** A frame with the studio's references on its two segments. Its owner closes it, and with it both of them. */
record StoredFrame(FrameView view, ResourceLink frame, ResourceLink edges) implements AutoCloseable {

    @Override
    public void close() {
        try (edges; frame) {
            // Both are closed, even if closing one of them fails.
        }
    }
}
