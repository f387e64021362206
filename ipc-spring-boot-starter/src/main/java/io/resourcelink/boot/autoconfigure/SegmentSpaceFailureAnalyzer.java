package io.resourcelink.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.unit.DataSize;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SpaceLimit;

/**
 * Says how to get more space, above all in containers: their shared memory is 64 MB by default. If the file system is
 * not the limit, the exception itself says which limit applies and what to do.
 */
final class SegmentSpaceFailureAnalyzer extends AbstractFailureAnalyzer<OutOfSpaceException> {

    private static final long GIBIBYTE = DataSize.ofGigabytes(1).toBytes();

    SegmentSpaceFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OutOfSpaceException cause) {
        if (cause.limit() != SpaceLimit.FILE_SYSTEM) {
            String remedy = cause.remedy();
            return new FailureAnalysis(String.valueOf(cause.getMessage()), Character.toUpperCase(remedy.charAt(0))
                    + remedy.substring(1)
                    + ". The command ipc ls lists the segments, ipc gc collects orphans, ipc doctor shows the limits.",
                    cause);
        }
        long gibibytes = Math.max(1, Math.ceilDiv(cause.requested() - cause.available(), GIBIBYTE) + 1);
        return new FailureAnalysis(String.valueOf(cause.getMessage()), """
                A container has 64 MB of shared memory unless it is given more:

                  Docker:      docker run --shm-size=%1$dg ...
                  Kubernetes:  volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: %1$dGi}}]
                               volumeMounts: [{name: shm, mountPath: /dev/shm}]

                On a host: mount -o remount,size=%1$dg /dev/shm. The command ipc ls lists the
                segments, ipc gc collects orphans."""
                .formatted(gibibytes), cause);
    }
}
