package io.resourcelink.boot.messaging.processes;

import java.nio.ByteBuffer;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/**
 * What the camera sends.
 *
 * @param id its number, which no other frame has
 * @param pixels a segment that begins with the number
 */
record Frame(int id, ResourceLink pixels) {

    /** The first 100 bytes of a small picture. */
    private static final int SIZE = 100;

    static Frame publish(ResourceLinkFactory segments, int id) {
        byte[] pixels = ByteBuffer.allocate(SIZE).putInt(id).array();
        return new Frame(id, segments.publish("frame-" + id, Content.of(pixels)));
    }

    /** Fails if the segment is not the one that was sent. */
    void check() {
        int found = ByteBuffer.wrap(pixels.readPayload(0, Integer.BYTES)).getInt();
        if (found != id) {
            throw new AssertionError("The segment of frame " + id + " is that of " + found + ".");
        }
    }
}
