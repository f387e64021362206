package io.resourcelink.sample.hosts;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.resourcelink.sample.message.FrameSeen;

/** What one host has said of the frames that it has seen. Guarded by its owner. */
final class HostRecord {

    private static final int LATEST = 15;

    private final Deque<Double> micros = new ArrayDeque<>();
    private long frames;
    private long again;
    private long wrong;
    private boolean same;
    private @Nullable FrameSeen latest;

    /** Takes what a viewer said; the published frame is what it was sent. */
    void add(FrameSeen seen, ClaimedFrames.Published published) {
        frames++;
        again += seen.attempt() > 1 ? 1 : 0;
        wrong += seen.checksum() == published.checksum() ? 0 : 1;
        same = seen.inode() == published.inode();
        latest = seen;
        micros.addLast(seen.micros());
        if (micros.size() > LATEST) {
            micros.removeFirst();
        }
    }

    byte[] picture() {
        return latest == null ? new byte[0] : latest.picture();
    }

    HostView view(Viewers.Presence viewer) {
        FrameSeen seen = latest;
        return new HostView(viewer.host(), viewer.pid(), viewer.page(), viewer.ready(), frames, again, wrong, median(),
                seen == null ? 0 : seen.fetched(), seen == null ? "" : seen.file(), same,
                seen == null ? 0 : seen.number());
    }

    private double median() {
        double[] sorted = micros.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElse(0);
    }
}
