package io.resourcelink.internal.work;

import java.lang.ref.Cleaner;

/** The one thread of the library that learns of handles which were forgotten instead of closed. */
public final class Forgotten {

    private static final Cleaner CLEANER = Cleaner.create();

    private Forgotten() {}

    /**
     * Has something done once an object is unreachable, or earlier by {@link Cleaner.Cleanable#clean}. Thread-safe.
     *
     * @param object the object
     * @param action what to do; it must not reach the object, must not wait and must not call a user's code, because it
     * would hold up those of all others
     * @return to be cleaned by who closes the object
     */
    public static Cleaner.Cleanable onceUnreachable(Object object, Runnable action) {
        return CLEANER.register(object, action);
    }
}
