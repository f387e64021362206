package io.resourcelink.internal.store.directory;

import java.util.LinkedHashMap;
import java.util.Map;

/** The sizes of segments that were asked for. Not thread-safe: {@link RecycledFiles} guards it. */
final class AskedSizes {

    /** Whether a size was asked for before. */
    enum Before {
        /** Neither this size nor one like it. */
        NEVER,
        /** One like it: with the same binary logarithm. */
        ABOUT,
        /** This very size, and not long ago. */
        EXACTLY
    }

    private static final int REMEMBERED = 64;

    /** The binary logarithms, a bit for each. */
    private long logarithms;

    private final Map<Long, Boolean> sizes = new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Notes a size, and says whether it was asked for before. */
    Before ask(long size) {
        long known = logarithms;
        logarithms |= Long.highestOneBit(size);
        boolean same = sizes.put(size, true) != null;
        return same ? Before.EXACTLY : logarithms == known ? Before.ABOUT : Before.NEVER;
    }
}
