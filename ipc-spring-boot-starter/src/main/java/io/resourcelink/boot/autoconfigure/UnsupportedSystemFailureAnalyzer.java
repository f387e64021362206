package io.resourcelink.boot.autoconfigure;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do on a system that the library does not know. */
final class UnsupportedSystemFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedOperationException> {

    UnsupportedSystemFailureAnalyzer() {}

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnsupportedOperationException cause) {
        // Thrown by the package that knows the system calls, and nowhere else in the library at start.
        boolean ours = Arrays.stream(cause.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith("io.resourcelink.internal.os."));
        return ours
                ? new FailureAnalysis(String.valueOf(cause.getMessage()),
                        """
                                Run the application on Linux on x86-64 or aarch64, in a container for instance. Or declare a bean
                                InProcessMemory: the segments are in this process then, which is enough for development and tests.""",
                        cause)
                : null;
    }
}
