package io.resourcelink.error;

import java.util.Locale;

/** What limits the size of a new segment or of shared memory. */
public enum SpaceLimit {
    /** The bytes of the file system that the segment is on. */
    FILE_SYSTEM(
            "enlarge the file system (mount -o remount,size=...; docker run --shm-size=...; in Kubernetes an emptyDir"
                    + " with medium: Memory)"),
    /** The number of files that the file system can hold. */
    INODES("let the file system hold more files (mount -o remount,nr_inodes=...)"),
    /** The largest file that this process may write (RLIMIT_FSIZE). */
    FILE_SIZE("raise the limit on the size of a file (ulimit -f; LimitFSIZE= of systemd)"),
    /** The memory limit of this process's control group, or of a group above it. */
    CONTROL_GROUP(
            "raise the memory limit (docker run --memory=...; resources.limits.memory in Kubernetes; MemoryMax= of"
                    + " systemd)"),
    /** The memory of the machine, swap included. */
    MEMORY("give the machine or the container more memory"),
    /** A limit of the JVM or of the application itself. */
    APPLICATION("allow more");

    private final String remedy;

    SpaceLimit(String remedy) {
        this.remedy = remedy;
    }

    /** {@return the name in metrics and in JSON, such as {@code control-group}} */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return what to do besides releasing segments, as a clause such as {@code raise the memory limit (...)}} */
    public String remedy() {
        return remedy;
    }
}
