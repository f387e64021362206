package io.resourcelink.boot.messaging;

import java.io.IOException;
import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.resourcelink.boot.messaging.Places.Place;

/**
 * Throws at one place, at one of its calls. All code that the starter calls says here that it was called; the stack tells
 * which place has called it. Thread-safe.
 */
final class Injection {

    private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

    private static final String NOBODY = "nobody of the starter";

    /** What is thrown. */
    static final List<Function<String, ? extends Throwable>> THROWABLES = List.of(RuntimeException::new,
            AssertionError::new, NoClassDefFoundError::new, OutOfMemoryError::new, StackOverflowError::new);

    /** Also what a method does not declare: a payload that is published or fetched must leave nothing then. */
    static List<Function<String, ? extends Throwable>> throwables(Place place) {
        boolean claims = place.caller().matches("(HostClaims|Claim|HttpClaim|IpcClaims|Guarded|Origin|Request).*");
        return claims
                ? Stream.concat(THROWABLES.stream(), Stream.of(IOException::new, InterruptedException::new)).toList()
                : THROWABLES;
    }

    private final Map<Call, Set<String>> reached = new HashMap<>();
    private String doing = "";
    private @Nullable Place armed;
    private int calls;
    private Function<String, ? extends Throwable> thrown = RuntimeException::new;
    private @Nullable Throwable fired;

    /** A call as the stack shows it. */
    record Call(String caller, String method) {

        boolean isOf(Place place) {
            return method.equals(place.method()) && (place.reference() || caller.equals(place.caller()));
        }
    }

    /** Has a call of a place throw: the first, or a later one. */
    synchronized void arm(Place place, int call, Function<String, ? extends Throwable> throwable) {
        armed = place;
        calls = call;
        thrown = throwable;
        fired = null;
    }

    synchronized void disarm() {
        armed = null;
    }

    synchronized boolean hasFired() {
        return fired != null;
    }

    /** {@return whether something is to throw, or has thrown, since it was armed} */
    synchronized boolean isTurn() {
        return armed != null;
    }

    synchronized boolean isArmed() {
        return armed != null && fired == null;
    }

    /** Says which step of a life begins. */
    synchronized void begin(String step) {
        doing = step;
    }

    /** {@return the steps that have led to a place} */
    synchronized Set<String> leadingTo(Place place) {
        Set<String> steps = new TreeSet<>();
        reached.forEach((call, leading) -> {
            if (call.isOf(place)) {
                steps.addAll(leading);
            }
        });
        return steps;
    }

    /** {@return the calls by the starter that belong to none of the places that were found} */
    synchronized List<Call> unmatched(Set<Place> places) {
        return reached.keySet().stream()
                .filter(call -> !call.caller().equals(NOBODY) && places.stream().noneMatch(call::isOf)).toList();
    }

    /** The starter has called. */
    void called() {
        Throwable failure = failure(STACK.walk(Injection::call));
        if (failure != null) {
            Injection.<RuntimeException>sneak(failure);
        }
    }

    private static Call call(Stream<StackFrame> frames) {
        String method = "";
        for (Iterator<StackFrame> all = frames.iterator(); all.hasNext();) {
            StackFrame frame = all.next();
            if (isLibrary(frame.getDeclaringClass())) {
                return new Call(Places.name(frame.getClassName(), frame.getMethodName()), method);
            }
            method = frame.getMethodName();
        }
        return new Call(NOBODY, method);
    }

    private synchronized @Nullable Throwable failure(Call call) {
        reached.computeIfAbsent(call, _ -> new TreeSet<>()).add(doing);
        Place wanted = armed;
        if (wanted != null && fired == null && call.isOf(wanted) && --calls == 0) {
            fired = thrown.apply("thrown on purpose at " + wanted);
            return fired;
        }
        return null;
    }

    private static boolean isLibrary(Class<?> type) {
        return type.getName().startsWith("io.resourcelink.boot.") && type.getProtectionDomain().getCodeSource()
                .getLocation().equals(IpcTemplate.class.getProtectionDomain().getCodeSource().getLocation());
    }

    /** {@return an implementation of an interface that tells of each call, and then has another one do it} */
    <T> T telling(Class<T> type, T other) {
        return type.cast(Proxy.newProxyInstance(Injection.class.getClassLoader(), new Class<?>[]{ type },
                (_, method, arguments) -> {
                    if (method.getDeclaringClass() != Object.class) {
                        called();
                    }
                    try {
                        method.setAccessible(true);
                        return method.invoke(other, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }
}
