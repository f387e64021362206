package io.resourcelink;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicInteger;

import io.resourcelink.internal.os.SystemCalls;

/** Counts the points of a life, two for each call of the C library, and kills the process when its point has come. */
final class KillPoints implements SystemCalls.Companion {

    private static final int SIGKILL = 9;

    private final int last;
    private final AtomicInteger calls = new AtomicInteger();
    private final MethodHandle getpid = function("getpid", FunctionDescriptor.of(ValueLayout.JAVA_INT));
    private final MethodHandle kill = function("kill", FunctionDescriptor.of(ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private volatile String awaited = "";

    KillPoints(int last) {
        this.last = last;
    }

    int count() {
        return 2 * calls.get();
    }

    @Override
    public int before(String function, int nth) {
        int point = 2 * calls.getAndIncrement();
        if (point == last) {
            die();
        }
        if (point + 1 == last) {
            awaited = function + ' ' + nth;
        }
        return 0;
    }

    @Override
    public void after(String function, int nth) {
        if (!awaited.isEmpty() && awaited.equals(function + ' ' + nth)) {
            die();
        }
    }

    /** kill(2): no hook runs, no buffer is flushed, no other thread makes another step. */
    private void die() {
        try {
            int result = (int) kill.invokeExact((int) getpid.invokeExact(), SIGKILL);
            throw new AssertionError("kill answers " + result);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor description) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), description);
    }
}
