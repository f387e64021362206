package io.resourcelink.internal.wire;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.resourcelink.error.UnresponsiveException;

/** Waits for a lock of a directory that other processes have for a moment each. Used by one thread. */
final class Patience {

    private static final long NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Path directory;
    private final long start = System.nanoTime();

    Patience(Path directory) {
        this.directory = directory;
    }

    void pause() {
        if (System.nanoTime() - start > NANOS) {
            throw new UnresponsiveException("The process that has locked the directory " + directory,
                    "this process has tried to lock it for " + TimeUnit.NANOSECONDS.toSeconds(NANOS) + " s.");
        }
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
    }
}
