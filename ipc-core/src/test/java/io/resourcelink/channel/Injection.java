package io.resourcelink.channel;

import java.lang.StackWalker.Option;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ThrowingLoggers;
import io.resourcelink.channel.Places.Place;

/**
 * Throws at one place, at one of its calls. All code that the library calls says here that it was called; the stack tells
 * which place has called it. Thread-safe.
 */
final class Injection {

    private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

    /** What users implement and the library logs the failures of, on any thread. */
    private static final Set<String> LOGGED = Set.of("ResourceLinkListener.created", "ResourceLinkListener.collected",
            "ResourceLinkListener.acquired", "ChannelListener.failed", "Router$Handler.message",
            "Router$Handler.failed");

    private final Map<Place, Set<String>> reached = new TreeMap<>();
    private String doing = "";
    private @Nullable Place armed;
    private int calls;
    private Function<String, ? extends Throwable> thrown = RuntimeException::new;
    private @Nullable Throwable fired;

    /** What is thrown. */
    static final List<Function<String, ? extends Throwable>> THROWABLES = List.of(RuntimeException::new,
            AssertionError::new, NoClassDefFoundError::new, OutOfMemoryError::new, StackOverflowError::new);

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

    /** {@return all places that have called anything, to be compared with those that were found} */
    synchronized Set<Place> reached() {
        return Set.copyOf(reached.keySet());
    }

    /** Says which step of a life begins. */
    synchronized void begin(String step) {
        doing = step;
    }

    /** {@return whether a step is worth trying: it has led to the armed place before, or none is known that has} */
    synchronized boolean wants(String step) {
        Place wanted = armed;
        if (wanted == null || fired != null) {
            return false;
        }
        Set<String> leading = reached.getOrDefault(wanted, Set.of());
        return leading.isEmpty() || leading.contains(step) || isLimited(wanted);
    }

    /** Whether a place is reached at most once a second for each part of the library. */
    static boolean isLimited(Place place) {
        return place.caller().equals("Failures.log");
    }

    /**
     * The library has called. A logger is only called after a failure, so while a call of the logger is to throw, what leads
     * to it throws as well.
     */
    void called(String target) {
        String caller = STACK.walk(frames -> frames.filter(frame -> isLibrary(frame.getDeclaringClass())).findFirst()
                .map(frame -> Places.name(frame.getClassName(), frame.getMethodName())).orElse("nobody"));
        Throwable failure = failure(new Place(caller, target));
        if (failure != null) {
            Injection.<RuntimeException>sneak(failure);
        }
    }

    private synchronized @Nullable Throwable failure(Place place) {
        reached.computeIfAbsent(place, _ -> new TreeSet<>()).add(doing);
        Place wanted = armed;
        if (wanted == null || fired != null) {
            return null;
        }
        if (matches(wanted, place) && --calls == 0) {
            fired = thrown.apply("thrown on purpose at " + place);
            return fired;
        }
        return isLogger(wanted) && LOGGED.contains(place.target())
                ? new IllegalStateException("thrown on purpose, to be logged")
                : null;
    }

    /** A method reference is called by the code that got it, not by the code that made it. */
    static boolean matches(Place wanted, Place place) {
        return wanted.equals(place)
                || (wanted.target().equals("BlockingQueue.put") && place.target().equals(wanted.target()));
    }

    /** Whether a place is reached only after a failure. */
    static boolean isLogger(Place place) {
        return place.target().equals(ThrowingLoggers.LOG) || place.target().equals(ThrowingLoggers.GET);
    }

    private static boolean isLibrary(Class<?> type) {
        return type.getName().startsWith("io.resourcelink.") && type.getProtectionDomain().getCodeSource()
                .getLocation().equals(Router.class.getProtectionDomain().getCodeSource().getLocation());
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }
}
