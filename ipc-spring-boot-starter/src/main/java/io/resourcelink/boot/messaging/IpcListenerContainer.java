package io.resourcelink.boot.messaging;

import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * Receives the messages of one destination, and passes them to its endpoint. The {@link IpcListenerEndpointRegistry}
 * creates it, and starts and stops it with the context. An application may stop and start it in between.
 *
 * <p>An exception while a message is received, handled or replied to affects that message only: its sender is told, and
 * the next message is received. A thread ends only when the container is stopped.
 *
 * <p>A container that is stopped gives the name up, and handles what was sent before. Messages that are not handled in time are
 * reported here and at their senders.
 *
 * <p>Thread-safe.
 */
public final class IpcListenerContainer {

    private final IpcListenerEndpoint endpoint;
    private final IpcListenerSettings settings;
    private final ListenerOptions options;
    private final ThreadFactory threads;
    private final ListenerReports reports;
    private @Nullable ListenerRun run;

    IpcListenerContainer(IpcListenerEndpoint endpoint, IpcListenerSettings settings, ListenerOptions options,
            ThreadFactory threads) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.options = options;
        this.threads = threads;
        this.reports = new ListenerReports(endpoint.id(), endpoint.destination(), options.events());
    }

    /** {@return the endpoint that handles the messages} */
    public IpcListenerEndpoint endpoint() {
        return endpoint;
    }

    /** {@return the settings of the endpoint, with the defaults of the application in place of those that are not set} */
    public IpcListenerSettings settings() {
        return settings;
    }

    /** {@return whether the container was started and not stopped since} */
    public synchronized boolean isRunning() {
        return run != null;
    }

    /** {@return whether this process receives the messages of the destination} */
    public boolean isServing() {
        return state() == ListenerState.SERVING;
    }

    /** {@return the current state} Threads that have ended are replaced by this call. */
    public ListenerState state() {
        ListenerRun current = current();
        return current == null ? ListenerState.STOPPED : current.state();
    }

    /** {@return the number of threads that currently receive or handle a message} */
    public int threads() {
        ListenerRun current = current();
        return current == null ? 0 : current.alive();
    }

    /** {@return the number of threads that receive while this process serves the destination} */
    public int concurrency() {
        return settings.threads();
    }

    /** {@return the number of messages that have arrived and that no thread has received yet} */
    public int waiting() {
        return reports.counts().waiting();
    }

    /** {@return the number of messages that were handled, and replied to if that was wanted, since the application started} */
    public long handled() {
        return reports.counts().handled().get();
    }

    /** {@return the number of messages that could not be read, handled or replied to since the application started} */
    public long failures() {
        return reports.counts().failed().get();
    }

    /** {@return the number of messages that were dropped because they were too old since the application started} */
    public long expired() {
        return reports.counts().expired();
    }

    /**
     * {@return the number of messages that were published to this subscriber of a topic and dropped for it, because it had no room for
     * them, since the application started}
     */
    public long missed() {
        return reports.counts().missed();
    }

    /** {@return the number of messages that were not handled because the listener had to stop, since the application started} */
    public long unhandled() {
        return reports.counts().unhandled().get();
    }

    private synchronized @Nullable ListenerRun current() {
        return run;
    }

    /**
     * Starts receiving. If another process serves the destination, a thread retries in the background. Idempotent.
     *
     * @throws IllegalArgumentException if the destination is not a valid name
     */
    public void start() {
        ListenerRun starting;
        synchronized (this) {
            if (run != null) {
                return;
            }
            starting = new ListenerRun(endpoint, settings, options, reports, threads);
            run = starting;
        }
        try {
            starting.start();
        } catch (Throwable e) {
            forget(starting);
            throw e;
        }
    }

    private synchronized void forget(ListenerRun failed) {
        if (failed.equals(run)) {
            run = null;
        }
    }

    /**
     * Gives the name up, handles what was sent before, and replies to it; at most for the shutdown time-out. What is left then
     * is reported to the senders, in the log and as an {@link IpcMessagesUnhandledEvent}, and running methods are interrupted.
     * Waits between retries end at once. This call does not wait for the calling thread, nor for a thread that has called {@code
     * System.exit}. Idempotent.
     */
    public void stop() {
        ListenerRun stopping = stopLater();
        if (stopping != null) {
            stopping.announce();
            stopping.finish(Deadline.in(options.shutdownTimeout()), Thread.currentThread());
        }
    }

    /** Gives the name up. Returns the run that may still have messages to handle, or {@code null} if nothing was running. */
    @Nullable
    ListenerRun stopLater() {
        ListenerRun stopping;
        synchronized (this) {
            stopping = run;
            run = null;
        }
        if (stopping != null) {
            stopping.stop();
        }
        return stopping;
    }

    @Override
    public String toString() {
        return "IpcListenerContainer[" + endpoint.id() + ", " + endpoint.destination() + "]";
    }
}
