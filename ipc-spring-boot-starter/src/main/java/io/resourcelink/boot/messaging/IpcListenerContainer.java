package io.resourcelink.boot.messaging;

import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.MessageType;
import io.resourcelink.internal.work.Failures;

/**
 * Receives the messages of one destination, and hands them to its endpoint. Made by {@link IpcListenerEndpointRegistry},
 * which starts and stops it with the context; an application may do so in between.
 *
 * <p>Whatever is thrown while a message is received, handled or replied to costs that message: its sender is told, and the
 * next one is received. Only stopping ends a thread.
 *
 * <p>Thread-safe. Messages that were not received when it is stopped are lost; senders that wait for a reply are told.
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

    /** {@return what it does with the messages} */
    public IpcListenerEndpoint endpoint() {
        return endpoint;
    }

    /** {@return whether it was started, and not stopped since} */
    public synchronized boolean isRunning() {
        return run != null;
    }

    /** {@return whether messages to its destination arrive here, and threads receive them} */
    public boolean isServing() {
        return state() == ListenerState.SERVING;
    }

    /** {@return what it does at the moment} Threads that have ended are replaced on this occasion. */
    public ListenerState state() {
        ListenerRun current = current();
        return current == null ? ListenerState.STOPPED : current.state();
    }

    /** {@return how many threads receive, or handle a message, at the moment} */
    public int threads() {
        ListenerRun current = current();
        return current == null ? 0 : current.alive();
    }

    /** {@return how many messages could not be read, handled or replied to since the application started} */
    public long failures() {
        return delivery.failures();
    }

    private synchronized @Nullable ListenerRun current() {
        return run;
    }

    /**
     * Starts receiving. If another process serves the destination, it goes on trying in the background. Idempotent.
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
     * Stops receiving, and waits for methods that are being called, no longer than the shutdown time-out. It does not wait
     * for the calling thread, nor for one that has called {@code System.exit}. Idempotent.
     */
    public void stop() {
        ListenerRun stopping = stopLater();
        if (stopping != null) {
            stopping.await();
        }
    }

    /** Stops receiving. Answers what is still to be waited for. */
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
