package io.resourcelink.internal.wire;

import io.resourcelink.segment.ResourceKind;

/**
 * Where a channel's factory has its segments: the fingerprint of each kind's directory, 0 if it is not known. A link in a message needs
 * the same directory at both ends.
 *
 * @param sharedMemory the fingerprint of the directory of shared memory
 * @param mappedFiles the fingerprint of the directory of mapped files
 */
public record Directories(long sharedMemory, long mappedFiles) {

    /** Of a channel without a factory. */
    public static final Directories UNKNOWN = new Directories(0, 0);

    long of(ResourceKind kind) {
        return switch (kind) {
            case SHARED_MEMORY -> sharedMemory;
            case MAPPED_FILE -> mappedFiles;
        };
    }
}
