package io.resourcelink.boot.actuate.endpoint;

import org.jspecify.annotations.Nullable;

import io.resourcelink.segment.Capacity;

/**
 * Description of the space for segments.
 *
 * @param total size of the file system in bytes, or {@code null} if it is not limited
 * @param free bytes that a new segment may take, or {@code null} if nothing limits them
 * @param limitedBy what limits them, such as {@code file-system} or {@code control-group}, or {@code null} if nothing
 * does
 */
public record CapacityDescriptor(@Nullable Long total, @Nullable Long free, @Nullable String limitedBy) {

    static CapacityDescriptor of(Capacity capacity) {
        Long free = limit(capacity.free());
        return new CapacityDescriptor(limit(capacity.total()), free, free == null ? null : capacity.limit().label());
    }

    private static @Nullable Long limit(long bytes) {
        return bytes != Long.MAX_VALUE ? bytes : null;
    }
}
