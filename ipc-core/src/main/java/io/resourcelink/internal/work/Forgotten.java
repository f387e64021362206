package io.resourcelink.internal.work;

import java.lang.ref.Cleaner;

/** The one Cleaner of the library, which finds handles that were forgotten instead of closed. {@link Closer} uses it. */
public final class Forgotten {

    private static final Cleaner CLEANER = Cleaner.create();

    private Forgotten() {}

    /**
     * Runs an action once an object is unreachable, or earlier by {@link Cleaner.Cleanable#clean}. Thread-safe.
     *
     * @param object the object
     * @param action must not reach the object; must not wait or call a user's code, because all actions share a thread
     * @return cleaned when the object is closed
     */
    public static Cleaner.Cleanable onceUnreachable(Object object, Runnable action) {
        return CLEANER.register(object, action);
    }
}
