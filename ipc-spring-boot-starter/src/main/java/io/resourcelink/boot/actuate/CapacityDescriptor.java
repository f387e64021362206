package io.resourcelink.boot.actuate;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Capacity;

/**
 * Description of the room on a file system.
 *
 * @param total bytes it holds, or {@code null} if it is not limited
 * @param free bytes that can still be allocated, or {@code null} if it is not limited
 */
public record CapacityDescriptor(@Nullable Long total, @Nullable Long free) {

    static CapacityDescriptor of(Capacity capacity) {
        return new CapacityDescriptor(limit(capacity.total()), limit(capacity.free()));
    }

    private static @Nullable Long limit(long bytes) {
        return bytes != Long.MAX_VALUE ? bytes : null;
    }
}
