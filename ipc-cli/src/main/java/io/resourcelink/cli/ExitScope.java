package io.resourcelink.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * What a command closes when it ends: at its end, after an exception, or because of a signal. Things are closed in the
 * reverse order of their opening.
 *
 * <p>Two threads meet here: the command's own and the JVM's shutdown hook. The first one empties {@code open} under the
 * monitor. The other one waits and finds nothing left. The hook is removed only after everything is closed. If it were
 * removed before, a signal in between would end the JVM in the middle of closing. If the JVM is already shutting down,
 * {@link #close()} never returns, because any failure that the command met from then on would only say that the hook has
 * closed what it uses.
 */
final class ExitScope implements AutoCloseable {

    private final Deque<Runnable> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::closeAtExit, "ipc-exit");
    private boolean closed;

    ExitScope() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Runs the action when this scope is closed, or at once if that has happened. */
    synchronized void add(Runnable close) {
        open.push(close);
        if (closed) {
            closeAll();
        }
    }

    @Override
    public void close() {
        try {
            closeAll();
        } finally {
            takeHookBack();
        }
    }

    private synchronized void closeAll() {
        closed = true;
        RuntimeException failure = null;
        while (!open.isEmpty()) {
            try {
                open.pop().run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void closeAtExit() {
        try {
            closeAll();
        } catch (RuntimeException e) {
            // The JVM ends, and the kernel releases what could not be closed.
        }
    }

    private void takeHookBack() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            while (true) {
                LockSupport.park(this);
            }
        }
    }
}
