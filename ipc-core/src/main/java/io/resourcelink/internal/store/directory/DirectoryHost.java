package io.resourcelink.internal.store.directory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.mapping.PeerMemory;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.store.Host;
import io.resourcelink.internal.store.Store;
import io.resourcelink.internal.store.Upkeep;
import io.resourcelink.segment.ResourceKind;

/** This machine: stores in directories, shared by all processes. */
public record DirectoryHost(Map<ResourceKind, Path> directories, Set<ResourceKind> named, Trust trust,
        SegmentClock clock, Path common) implements Host {

    /** The directory where processes that take no locks find every segment, of any kind. */
    public static final Path COMMON = Path.of("/dev/shm");

    @Override
    public Path directory(ResourceKind kind) {
        Path directory = directories.get(kind);
        if (directory == null) {
            throw new AssertionError(kind);
        }
        return directory;
    }

    @Override
    public long fingerprint(ResourceKind kind) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = Directory.status(frame, directory(kind));
            return status == null ? 0 : status.fingerprint();
        }
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
            return new DirectoryStore(directory, within(directory, upkeep));
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    /** Keeps no files for reuse on a disk, or where processes that take no locks find every segment. */
    private static Upkeep within(SegmentDirectory directory, Upkeep upkeep) {
        return directory.kind() == ResourceKind.SHARED_MEMORY && !directory.isCommon()
                ? upkeep
                : upkeep.withoutKeeping();
    }

    @Override
    public void surfaceFaults() {
        Platform.surfaceFaults();
    }
}
