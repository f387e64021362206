package io.resourcelink.sample.studio;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLink;

/**
 * The frames that can be looked at: a bounded number, for a limited time. It holds them, so they stay whatever becomes of
 * the worker; and releases the oldest where there is one too many, and those that have outlived their time to live.
 * Thread-safe.
 */
@Component
final class Gallery implements AutoCloseable {

    private final int maxFrames;
    private final LinkedHashMap<String, StoredFrame> frames = new LinkedHashMap<>();
    private long version;

    Gallery(StudioProperties properties) {
        this.maxFrames = properties.maxFrames();
    }

    /** Takes a frame over. */
    synchronized void add(StoredFrame frame) {
        frames.put(frame.view().id(), frame);
        version++;
        letGoOfOld();
    }

    /** A number that changes whenever the frames do. */
    synchronized long version() {
        letGoOfOld();
        return version;
    }

    /** All frames, the newest first. */
    synchronized List<FrameView> views() {
        letGoOfOld();
        return frames.sequencedValues().reversed().stream().map(StoredFrame::view).toList();
    }

    synchronized Optional<FrameView> view(String id) {
        return Optional.ofNullable(frames.get(id)).map(StoredFrame::view);
    }

    /** A reference of the caller's own on one of a frame's segments, so that letting go of the frame does not disturb. */
    synchronized Optional<ResourceLink> hold(String id, Function<StoredFrame, ResourceLink> which) {
        return Optional.ofNullable(frames.get(id)).map(which).map(ResourceLink::retain);
    }

    /** Lets go of a frame; false if there is none. */
    synchronized boolean letGo(String id) {
        StoredFrame frame = frames.remove(id);
        if (frame == null) {
            return false;
        }
        version++;
        frame.close();
        return true;
    }

    private void letGoOfOld() {
        for (Iterator<StoredFrame> oldest = frames.values().iterator(); oldest.hasNext();) {
            StoredFrame frame = oldest.next();
            if (frames.size() > maxFrames || frame.frame().isExpired()) {
                oldest.remove();
                version++;
                frame.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        List<StoredFrame> all = List.copyOf(frames.values());
        frames.clear();
        all.forEach(StoredFrame::close);
    }
}
