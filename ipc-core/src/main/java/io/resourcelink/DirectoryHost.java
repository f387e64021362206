package io.resourcelink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import io.resourcelink.internal.mapping.PeerMemory;
import io.resourcelink.internal.os.Platform;

/** This machine: stores in directories, shared by all processes. */
record DirectoryHost(Map<ResourceKind, Path> directories, Set<ResourceKind> named, Trust trust,
        SegmentClock clock, Path common) implements Host {

    /** Where processes that take no locks find every segment, whatever its kind. */
    static final Path COMMON = Path.of("/dev/shm");

    @Override
    public Path directory(ResourceKind kind) {
        Path directory = directories.get(kind);
        if (directory == null) {
            throw new AssertionError(kind);
        }
        return directory;
    }

    @Override
    public boolean exists(ResourceKind kind) {
        return Files.exists(directory(kind));
    }

    @Override
    public boolean isNamed(ResourceKind kind) {
        return named.contains(kind);
    }

    @Override
    public Store open(ResourceKind kind, Upkeep upkeep) {
        PeerMemory.prepare();
        SegmentDirectory directory = SegmentDirectory.open(directory(kind), kind, clock, trust, common);
        try {
            return new SegmentStore(directory, upkeep.within(directory));
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    @Override
    public void surfaceFaults() {
        Platform.surfaceFaults();
    }
}
