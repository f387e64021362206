package io.resourcelink.internal.store.directory;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.room.Limit;
import io.resourcelink.internal.room.Room;
import io.resourcelink.segment.Retention;

/**
 * How much a factory may keep in a directory for later: at most a part of the room, which others fill, too. Not thread-safe:
 * {@link RecycledFiles} guards it.
 */
final class RoomShare {

    /** The kept files take at most 1/{@code PART} of the room. For this limit, they count as free room. */
    private static final long PART = 4;

    /** A query is expensive. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SegmentDirectory directory;
    private final Retention retention;
    private @Nullable Retention known;
    private long askedNanos;

    RoomShare(SegmentDirectory directory, Retention retention) {
        this.directory = directory;
        this.retention = retention;
    }

    /**
     * Returns what may be kept.
     *
     * @param bytes how much is kept now
     * @param again whether to ask for the room if the last query was a second ago
     */
    Retention allowed(CallFrame frame, long bytes, boolean again) {
        Retention allowed = known;
        long now = System.nanoTime();
        if (allowed == null || (again && now - askedNanos > AGAIN_NANOS)) {
            Limit room = Room.ofThisProcess().of(directory.space(frame), directory.path().toString(), bytes);
            allowed = retention.atMost(room.free() == Long.MAX_VALUE ? room.free() : room.free() / PART);
            known = allowed;
            askedNanos = now;
        }
        return allowed;
    }
}
