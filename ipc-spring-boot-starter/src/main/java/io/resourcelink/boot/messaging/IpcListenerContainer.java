package io.resourcelink.boot.messaging;

import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.MessageType;
import io.resourcelink.internal.work.Failures;

/**
 * Receives the messages of one destination, and passes them to its endpoint. The {@link IpcListenerEndpointRegistry}
 * creates it, and starts and stops it with the context. An application may stop and start it in between.
 *
 * <p>An exception while a message is received, handled or replied to affects that message only: its sender is told, and
 * the next message is received. A thread ends only when the container is stopped.
 *
 * <p>Thread-safe. Messages that were not received before a stop are lost. Senders that wait for a reply are told.
 */
public final class IpcListenerContainer {

    private final IpcListenerEndpoint endpoint;
    private final ListenerOptions options;
    private final ThreadFactory threads;
    private final int concurrency;
    private final Failures failures;
    private final Delivery delivery;
    private final MessageType<Envelope<Object>> type;
    private @Nullable ListenerRun run;

    IpcListenerContainer(IpcListenerEndpoint endpoint, ListenerOptions options, ThreadFactory threads,
            int concurrency) {
        this.endpoint = endpoint;
        this.options = options;
        this.threads = threads;
        this.concurrency = concurrency;
        this.failures = new Failures("The listener at \"" + endpoint.destination() + "\"");
        this.delivery = new Delivery(endpoint, options, failures);
        this.type = new EnvelopeTypes().of(endpoint.payloadType());
    }

    /** {@return the endpoint that handles the messages} */
    public IpcListenerEndpoint endpoint() {
        return endpoint;
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

    /** {@return the number of messages that could not be read, handled or replied to since the application started} */
    public long failures() {
        return delivery.failures();
    }

    private synchronized @Nullable ListenerRun current() {
        return run;
    }

    /**
     * Starts receiving. If another process serves the destination, a thread retries in the background. Idempotent.
     *
     * @throws IllegalArgumentException if the destination is not a valid name
     */
    public synchronized void start() {
        if (run == null) {
            ListenerRun starting = new ListenerRun(endpoint.destination(), options, delivery, type, failures, threads,
                    concurrency);
            starting.start();
            run = starting;
        }
    }

    /**
     * Stops receiving, and waits for running methods, at most for the shutdown time-out. It does not wait for the
     * calling thread, nor for a thread that has called {@code System.exit}. Idempotent.
     */
    public void stop() {
        ListenerRun stopping = stopLater();
        if (stopping != null) {
            stopping.await();
        }
    }

    /**
     * Stops receiving. Returns the run that may still have running methods, or {@code null} if nothing was running.
     */
    @Nullable
    ListenerRun stopLater() {
        ListenerRun stopping;
        synchronized (this) {
            stopping = run;
            run = null;
        }
        if (stopping != null) {
            try {
                stopping.stop();
            } catch (Throwable e) {
                failures.report("stopping", e);
            }
        }
        return stopping;
    }

    @Override
    public String toString() {
        return "IpcListenerContainer[" + endpoint.id() + ", " + endpoint.destination() + "]";
    }
}
