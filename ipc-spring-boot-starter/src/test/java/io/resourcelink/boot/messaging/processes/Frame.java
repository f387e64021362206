package io.resourcelink.boot.messaging.processes;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

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

    private static final AtomicInteger PUBLISHED = new AtomicInteger();

    /** Publishes a segment under a key of its own: a process that was just killed may hold that of an attempt before. */
    static Frame publish(ResourceLinkFactory segments, int id, int bytes) {
        byte[] pixels = ByteBuffer.allocate(bytes).putInt(id).array();
        return new Frame(id, segments.publish("frame-" + PUBLISHED.incrementAndGet(), Content.of(pixels)));
    }

    /**
     * Stands for the work of a listener, which takes a time: nothing waits for its end but the listener itself. Fails if the segment is
     * not the one that was sent, or is not when the work is done.
     */
    void work(Duration time) throws InterruptedException {
        check();
        Thread.sleep(time);
        check();
    }

    /** Fails if the segment is not the one that was sent. */
    void check() {
        int found = ByteBuffer.wrap(pixels.readPayload(0, Integer.BYTES)).getInt();
        if (found != id) {
            throw new AssertionError("The segment of frame " + id + " is that of " + found + ".");
        }
    }
}
