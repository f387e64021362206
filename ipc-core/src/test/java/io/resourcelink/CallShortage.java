package io.resourcelink;

import java.util.Set;

import io.resourcelink.internal.os.SystemCalls;

/** A heap that is empty for some system calls of one thread: it throws in place of them, but of those that allocate nothing. */
final class CallShortage implements SystemCalls.Companion {

    private static final Set<String> NEED_NO_HEAP = Set.of("close", "munmap", "getpagesize");

    private final int first;
    private final int last;
    private int calls;
    private String where = "";

    /**
     * Begins.
     *
     * @param first at which call the heap runs out, from 1 on
     * @param count for how many calls
     */
    CallShortage(int first, int count) {
        this.first = first;
        this.last = first + count;
    }

    @Override
    public int before(String function, int nth) {
        if (NEED_NO_HEAP.contains(function) || (function.equals("statx") && isAsked())) {
            return 0;
        }
        calls++;
        if (calls >= first && calls < last) {
            where += function + " in " + StackWalker.getInstance().walk(frames -> frames.skip(3)
                    .filter(frame -> frame.getClassName().startsWith("io.resourcelink")).limit(9)
                    .map(frame -> frame.getFileName() + ":" + frame.getLineNumber()).toList()) + "; ";
            throw new OutOfMemoryError("before " + function);
        }
        return 0;
    }

    /** To find out how to close a descriptor, its kind is asked without heap. */
    private static boolean isAsked() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().endsWith(".StrangeFiles")));
    }

    /** {@return how many calls there were that need heap} */
    int calls() {
        return calls;
    }

    /** {@return which calls were not made, and who made them} */
    String where() {
        return where;
    }
}
