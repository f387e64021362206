package io.resourcelink.boot.autoconfigure;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NativeDetector;

/** Says what to do on a system that the library does not support, and in a native image. */
final class UnsupportedSystemFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedOperationException> {

    private static final String ON_LINUX = """
            Run the application on Linux on x86-64 or aarch64, for example in a container.
            Or declare an InProcessMemory bean: then the segments are in the memory of this process, which
            is enough for development and tests.""";

    private static final String ON_THE_JVM = """
            Run the application on the JVM. To make it start faster there, use Spring's ahead-of-time processing
            (-Dspring.aot.enabled=true) and the JVM's AOT cache (-XX:AOTCacheOutput=app.aot, then -XX:AOTCache=app.aot).""";

    UnsupportedSystemFailureAnalyzer() {}

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnsupportedOperationException cause) {
        // At start, only the package with the system calls throws this exception.
        boolean ours = Arrays.stream(cause.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith("io.resourcelink.internal.os."));
        return ours
                ? new FailureAnalysis(String.valueOf(cause.getMessage()),
                        NativeDetector.inNativeImage() ? ON_THE_JVM : ON_LINUX, cause)
                : null;
    }
}
