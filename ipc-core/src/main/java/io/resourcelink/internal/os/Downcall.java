package io.resourcelink.internal.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * How a function is called, whatever its name. A native image makes no other calls than those that it was told of when it
 * was built.
 *
 * @param type what goes in and what comes out
 * @param capturesErrno whether {@code errno} is kept for the caller
 * @param takesHeap whether memory on the heap may be given; it stays where it is during the call, and the call's thread
 * is waited for by the garbage collector
 * @param fixed how many arguments the prototype of a variadic function names, or {@link #ALL} if it is not variadic
 */
record Downcall(FunctionDescriptor type, boolean capturesErrno, boolean takesHeap, int fixed) {

    static final int ALL = -1;

    static Downcall of(MemoryLayout result, MemoryLayout... arguments) {
        return new Downcall(FunctionDescriptor.of(result, arguments), false, false, ALL);
    }

    Downcall capturingErrno() {
        return new Downcall(type, true, takesHeap, fixed);
    }

    Downcall variadicFrom(int argument) {
        return new Downcall(type, capturesErrno, takesHeap, argument);
    }

    Downcall takingHeap() {
        return new Downcall(type, capturesErrno, true, fixed);
    }

    Linker.Option[] options() {
        List<Linker.Option> options = new ArrayList<>();
        if (capturesErrno) {
            options.add(Linker.Option.captureCallState("errno"));
        }
        if (takesHeap) {
            options.add(Linker.Option.critical(true));
        }
        if (fixed != ALL) {
            options.add(Linker.Option.firstVariadicArg(fixed));
        }
        return options.toArray(Linker.Option[]::new);
    }
}
