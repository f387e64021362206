package io.resourcelink.internal.wire;

import java.util.concurrent.TimeUnit;

/*
 * Each packet costs a system call, and while the leader sends one, the thread that puts frames in has to wait for it. So a stream is not
 * sent as soon as the leader looks: the packet will be full in a moment, and then the thread that fills it sends it. A frame that comes
 * alone is sent at the first look.
 */

/** The frames that wait in a packet for others. Not thread-safe: the writer's lock guards it. */
final class Batch {

    /** They are sent when they are so many bytes. With the longest frame behind them they fit into a packet. */
    static final int MOST = 32 << 10;

    /** So many bytes between two looks are a stream: some frames of small messages. */
    private static final int STREAM = 1 << 10;

    /** A stream is put off no more when its first frame is so old: a million small messages in a second fill a packet in that time. */
    static final long LONGEST = TimeUnit.MICROSECONDS.toNanos(250);

    private final long longest;
    private int end;
    private int seen;
    private long begun;

    /**
     * Begins without frames.
     *
     * @param longest for how long after the first frame a stream is a reason to wait, in nanoseconds
     */
    Batch(long longest) {
        this.longest = longest;
    }

    /** {@return where the frames end, 0 if there are none} */
    int end() {
        return end;
    }

    boolean isEmpty() {
        return end == 0;
    }

    /** One more frame waits, which ends there. */
    void add(int frameEnd) {
        if (end == 0) {
            begun = System.nanoTime();
        }
        end = frameEnd;
    }

    /** All of them were sent. */
    void clear() {
        end = 0;
        seen = 0;
    }

    /** {@return whether it is better to look again in a moment, because many have come since the last look} */
    boolean isStream() {
        boolean stream = end - seen >= STREAM && System.nanoTime() - begun < longest;
        seen = end;
        return stream;
    }
}
