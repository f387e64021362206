package io.resourcelink.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * What a command has to put away when it ends: at its end, after an exception, or because of a signal. Things are
 * closed in the reverse order of their opening.
 *
 * <p>Two threads meet here, the command's own and the JVM's shutdown hook. {@code open} is the only state; whoever
 * comes first empties it under the monitor, the other one waits and finds nothing left. The hook is taken back only
 * after everything is closed: the other way round, a signal in between would end the JVM in the middle of closing. A
 * command that finds the JVM going down stays in {@link #close()} for good, because whatever it would report from there
 * on is a consequence of its things having been closed under its feet.
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
            // Nobody is left to tell, and the kernel lets go of what could not be closed.
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
