package io.resourcelink.internal.work;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;

import org.jspecify.annotations.Nullable;

/*
 *   open --close() or claim()--> closed
 *
 * The compare-and-set decides which thread releases. A closer must not reach its handle: the Cleaner keeps the
 * closer, so a closer that reached the handle would keep the handle reachable.
 *
 * A closer is made before what it releases is taken, where taking it must need no heap afterwards.
 */

/**
 * Releases something once: when its handle is closed, or else on the Cleaner's thread after the garbage collector has found
 * the handle unreachable. Thread-safe. All closers share the one Cleaner of the library.
 *
 * <p>The Cleaner keeps a closer until it is closed, so a closer must reach neither its handle nor an object or a class of the
 * user.
 */
public abstract class Closer implements Runnable {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(Closer.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Cleaner.@Nullable Cleanable net;
    private volatile boolean closed;

    /** Creates a closer that is open, and that nothing but a call closes until it guards a handle. */
    protected Closer() {}

    /**
     * Makes the closer of a handle.
     *
     * @param handle the handle
     * @param release releases what the handle has; called once, by the closing thread or the Cleaner's, which must not wait
     * @return the closer
     */
    public static Closer of(Object handle, Runnable release) {
        Closer closer = new Closer() {

            @Override
            protected void release() {
                release.run();
            }
        };
        closer.guard(handle);
        return closer;
    }

    /** Releases what the handle has. Called once, by the thread that closes. */
    protected abstract void release();

    /**
     * Does what is due for a handle that was forgotten: closes it, unless a subclass leaves that to another thread. Runs on the
     * Cleaner's thread, so it must neither wait nor call a user's code.
     */
    protected void forgotten() {
        close();
    }

    /**
     * Closes once a handle is unreachable. Called at most once, as the last step of making the handle.
     *
     * @param handle the handle
     */
    public final void guard(Object handle) {
        net = CLEANER.register(handle, this);
    }

    /** {@return whether this was closed} */
    public final boolean isClosed() {
        return closed;
    }

    /**
     * Releases, unless that was done. Passes on what {@link #release} throws; even then this is closed.
     *
     * @return whether this call did it
     */
    public final boolean close() {
        if (!claim()) {
            return false;
        }
        try {
            release();
        } finally {
            if (net != null) {
                net.clean();
            }
        }
        return true;
    }

    /**
     * Closes without releasing, for a subclass that releases in its own way.
     *
     * @return whether this was open
     */
    protected final boolean claim() {
        return CLOSED.compareAndSet(this, false, true);
    }

    /** Called by the Cleaner, when the handle was closed as well. */
    @Override
    public final void run() {
        if (!closed) {
            forgotten();
        }
    }
}
