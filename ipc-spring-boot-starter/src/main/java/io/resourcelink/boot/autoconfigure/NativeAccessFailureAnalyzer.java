package io.resourcelink.boot.autoconfigure;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says how to enable native access if the JVM denies it. */
final class NativeAccessFailureAnalyzer extends AbstractFailureAnalyzer<IllegalCallerException> {

    NativeAccessFailureAnalyzer() {}

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, IllegalCallerException cause) {
        boolean ours = Arrays.stream(cause.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith("io.resourcelink."));
        return ours
                ? new FailureAnalysis("Segments are shared memory, which needs native access, and this JVM denies"
                        + " it.",
                        """
                                Allow it in one of these ways:

                                  in the manifest of the application's jar:  Enable-Native-Access: ALL-UNNAMED
                                  on the command line:                       java --enable-native-access=ALL-UNNAMED ...
                                  in the environment:                        JDK_JAVA_OPTIONS=--enable-native-access=ALL-UNNAMED

                                Or do without shared memory: with an InProcessMemory bean, the segments are in the memory of this process.""",
                        cause)
                : null;
    }
}
