package io.resourcelink.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.unit.DataSize;

import io.resourcelink.error.OutOfSpaceException;

/** Says how to get more room, above all in containers, whose shared memory is 64 MB unless somebody asks for more. */
final class SegmentSpaceFailureAnalyzer extends AbstractFailureAnalyzer<OutOfSpaceException> {

    private static final long GIBIBYTE = DataSize.ofGigabytes(1).toBytes();

    SegmentSpaceFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OutOfSpaceException cause) {
        long gibibytes = Math.max(1, Math.ceilDiv(cause.requested() - cause.available(), GIBIBYTE) + 1);
        return new FailureAnalysis(String.valueOf(cause.getMessage()), """
                A container has 64 MB of shared memory unless it is given more:

                  Docker:      docker run --shm-size=%1$dg ...
                  Kubernetes:  volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: %1$dGi}}]
                               volumeMounts: [{name: shm, mountPath: /dev/shm}]

                On a host: mount -o remount,size=%1$dg /dev/shm. See also what is there already: ipc ls, ipc gc."""
                .formatted(gibibytes), cause);
    }
}
