package io.resourcelink.internal.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ClassFiles;

/**
 * The calls of the C library that this process makes, counted and, if a test wants it, made to fail or accompanied. From
 * its making until its closing; one at a time in a JVM. Calls that a companion makes itself are neither counted nor
 * accompanied.
 *
 * <p>A call that fails does not reach the kernel, except {@code close}: Linux closes the descriptor before it can fail. All functions pass:
 * {@link Libc} links each through a call site, and the first use of this class puts a guard at each of them, which costs the calls of this
 * JVM one look at a field from then on.
 */
public final class SystemCalls implements AutoCloseable {

    /** What accompanies calls. */
    public interface Companion {

        /**
         * Before a call.
         *
         * @param function the function's name
         * @param nth the how many-th call of the function this is, from 1 on
         * @return 0 to let it be made, or the error number that it fails with
         */
        int before(String function, int nth);

        /**
         * After a call that was made.
         *
         * @param function the function's name
         * @param nth the how many-th call of the function this was
         */
        default void after(String function, int nth) {}
    }

    private static final AtomicReference<@Nullable SystemCalls> INSTALLED = new AtomicReference<>();
    private static final ThreadLocal<Boolean> ACCOMPANIED = ThreadLocal.withInitial(() -> false);
    private static final Set<LinkedFunction> GUARDED = ConcurrentHashMap.newKeySet();
    private static final Object ANSWERED_INT = -1;
    private static final Object ANSWERED_LONG = -1L;
    private static final String CLOSE = "close";
    private static final Companion NOBODY = (_, _) -> 0;

    private final Companion companion;
    private final Predicate<Thread> threads;
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    private SystemCalls(Companion companion, Predicate<Thread> threads) {
        this.companion = companion;
        this.threads = threads;
        guardAll();
        if (!INSTALLED.compareAndSet(null, this)) {
            throw new IllegalStateException("Another test looks at the system calls of this JVM.");
        }
    }

    /** {@return the calls of all threads from now on, counted} */
    public static SystemCalls counting() {
        return new SystemCalls(NOBODY, _ -> true);
    }

    /**
     * {@return the calls of some threads from now on, counted}
     *
     * @param threads whose
     */
    public static SystemCalls counting(Predicate<Thread> threads) {
        return new SystemCalls(NOBODY, threads);
    }

    /**
     * Lets one call fail.
     *
     * @param function the function's name
     * @param nth which of its calls, from 1 on, counted over all threads
     * @param errno what it fails with
     * @return the calls of all threads from now on
     */
    public static SystemCalls failing(String function, int nth, int errno) {
        return failing(function, nth, errno, _ -> true);
    }

    /**
     * Lets one call fail.
     *
     * @param function the function's name
     * @param nth which of its calls, from 1 on, counted over the threads concerned
     * @param errno what it fails with
     * @param threads whose calls
     * @return the calls of these threads from now on
     */
    public static SystemCalls failing(String function, int nth, int errno, Predicate<Thread> threads) {
        requireLinked(function);
        return new SystemCalls((called, call) -> called.equals(function) && call == nth ? errno : 0, threads);
    }

    /**
     * Has calls accompanied.
     *
     * @param companion what happens before and after each; called by the thread that calls
     * @param threads whose calls
     * @return the calls of these threads from now on
     */
    public static SystemCalls accompanied(Companion companion, Predicate<Thread> threads) {
        return new SystemCalls(companion, threads);
    }

    /**
     * {@return how often a function was called until now, a failed call included}
     *
     * @param function its name
     */
    public int count(String function) {
        requireLinked(function);
        AtomicInteger count = counts.get(function);
        return count == null ? 0 : count.get();
    }

    /** {@return how often each function was called that was called at all, by name} */
    public Map<String, Integer> counts() {
        Map<String, Integer> result = new TreeMap<>();
        counts.forEach((function, count) -> result.put(function, count.get()));
        return result;
    }

    /** {@return the names of all functions that this library calls} */
    public static Set<String> functions() {
        linkAll();
        Set<String> names = new TreeSet<>();
        Libc.linked().forEach(function -> names.add(function.name()));
        return names;
    }

    @Override
    public void close() {
        INSTALLED.compareAndSet(this, null);
    }

    private static void requireLinked(String function) {
        if (!functions().contains(function)) {
            throw new IllegalArgumentException("The library does not call \"" + function + "\".");
        }
    }

    /** Initializes all classes of the package: a class links the functions that it names when it is initialized. */
    static void linkAll() {
        try {
            Class.forName(PacketPair.class.getName());
            for (String name : ClassFiles.below(Libc.class)) {
                Class.forName(name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isGuarded(LinkedFunction function) {
        return GUARDED.contains(function);
    }

    private static void guardAll() {
        linkAll();
        synchronized (GUARDED) {
            List<LinkedFunction> unguarded = Libc.linked().stream().filter(function -> !GUARDED.contains(function))
                    .toList();
            unguarded.forEach(SystemCalls::guard);
            MutableCallSite.syncAll(unguarded.stream().map(LinkedFunction::site).toArray(MutableCallSite[]::new));
            GUARDED.addAll(unguarded);
        }
    }

    private static void guard(LinkedFunction function) {
        MethodHandle call = function.site().getTarget();
        MethodType type = call.type();
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle looked = lookup.findStatic(SystemCalls.class, "isLookedAt",
                    MethodType.methodType(boolean.class));
            MethodHandle through = lookup.findStatic(SystemCalls.class, "through", MethodType.methodType(Object.class,
                    LinkedFunction.class, MethodHandle.class, Object[].class));
            MethodHandle spread = call.asSpreader(Object[].class, type.parameterCount())
                    .asType(MethodType.methodType(Object.class, Object[].class));
            MethodHandle accompanied = MethodHandles.insertArguments(through, 0, function, spread)
                    .asCollector(Object[].class, type.parameterCount()).asType(type);
            function.site().setTarget(MethodHandles.guardWithTest(looked, accompanied, call));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static boolean isLookedAt() {
        return INSTALLED.get() != null;
    }

    static Object through(LinkedFunction function, MethodHandle call, Object[] arguments) throws Throwable {
        SystemCalls calls = INSTALLED.get();
        if (calls == null || ACCOMPANIED.get() || !calls.threads.test(Thread.currentThread())) {
            return call.invokeExact(arguments);
        }
        int nth = calls.counts.computeIfAbsent(function.name(), _ -> new AtomicInteger()).incrementAndGet();
        int errno = calls.accompany(() -> calls.companion.before(function.name(), nth));
        if (errno != 0) {
            if (function.name().equals(CLOSE)) {
                Object _ = call.invokeExact(arguments);
            }
            return failed(function, arguments, errno);
        }
        Object result = call.invokeExact(arguments);
        calls.accompany(() -> {
            calls.companion.after(function.name(), nth);
            return 0;
        });
        return result;
    }

    private int accompany(IntSupplier step) {
        ACCOMPANIED.set(true);
        try {
            return step.getAsInt();
        } finally {
            ACCOMPANIED.set(false);
        }
    }

    /** What C answers if a function fails: -1, and the number in the place that the caller gave for it. */
    private static Object failed(LinkedFunction function, Object[] arguments, int errno) {
        if (!function.call().capturesErrno()) {
            throw new AssertionError(function.name() + " cannot fail.");
        }
        ((MemorySegment) arguments[0]).set(ValueLayout.JAVA_INT, 0, errno);
        return function.call().type().returnLayout().orElseThrow().byteSize() == Integer.BYTES
                ? ANSWERED_INT
                : ANSWERED_LONG;
    }
}
