package io.resourcelink.channel;

import java.util.Set;

/** The threads of the library in this JVM, told by what they run. */
final class LibraryThreads {

    private static final Set<String> LASTING = Set.of("io.resourcelink.internal.work.Worker");
    private static final Set<String> PASSING = Set.of("io.resourcelink.internal.work.Recurring",
            "io.resourcelink.internal.os.StrangeFiles");

    private LibraryThreads() {}

    /** {@return how many there are that only their owner ends, and the one that waits for what was forgotten} */
    static long lasting() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> runs(thread.getValue(), LASTING) || thread.getKey().getName().startsWith("Cleaner-"))
                .count();
    }

    /** {@return how many there are that end by themselves, a second after their last work} */
    static long passing() {
        return Thread.getAllStackTraces().values().stream().filter(stack -> runs(stack, PASSING)).count();
    }

    private static boolean runs(StackTraceElement[] stack, Set<String> types) {
        for (StackTraceElement frame : stack) {
            if (frame.getMethodName().equals("run") && types.contains(frame.getClassName())) {
                return true;
            }
        }
        return false;
    }
}
