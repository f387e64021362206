package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.SubSender;
import io.resourcelink.error.DisconnectedException;

/*
 * The lock is held while a thread connects, so that others wait for that connection and do not make their own. No thread
 * sends under it, and closing does not take it: a thread may connect for as long as its send time-out. A thread that has
 * connected looks whether the outlet was closed meanwhile, and then closes its sender itself. A thread that finds the
 * receiver gone takes the sender away and closes it, once; others that were sending with it may then find it closed instead
 * of disconnected, and connect anew all the same.
 */

/** The one sender to a destination: connects when it is needed, and again when who served the destination is gone. */
final class Outlet implements AutoCloseable {

    /** A listener that lives answers in a fraction of it, and has the time to, however late it is. */
    private static final Duration SHORTEST_CONNECT = Duration.ofMillis(100);

    private final Channel channel;
    private final String destination;
    private final BackOff backOff;
    private final MessageType<Envelope<Object>> type;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReference<@Nullable SubSender<Envelope<Object>>> sender = new AtomicReference<>();
    private volatile boolean closed;

    Outlet(Channel channel, String destination, BackOff backOff, MessageType<Envelope<Object>> type) {
        this.channel = channel;
        this.destination = destination;
        this.backOff = backOff;
        this.type = type;
    }

    /**
     * Sends an envelope, whoever serves the destination by then.
     *
     * @return what has kept it from being sent: nobody served the destination ({@code DisconnectedException}) or took the
     * message (time-out) before the deadline; {@code null} if it was sent
     * @throws io.resourcelink.error.UnresponsiveException if the process that serves it has not answered before the deadline
     */
    @Nullable
    Exception send(Envelope<Object> envelope, MessageType<Envelope<Object>> as, Deadline deadline)
            throws InterruptedException {
        BackOffExecution pauses = backOff.start();
        for (;;) {
            DisconnectedException failure;
            try {
                SubSender<Envelope<Object>> connected = connected(deadline);
                if (connected == null || send(connected, envelope, as, deadline)) {
                    return connected == null ? late() : null;
                }
                return late();
            } catch (DisconnectedException e) {
                failure = e;
            }
            long pause = pauses.nextBackOff();
            if (pause == BackOffExecution.STOP || deadline.isOver()) {
                return failure;
            }
            deadline.pause(pause);
        }
    }

    private static Exception late() {
        return new TimeoutException(
                "the listener has not received what was sent before, and takes no more until it has");
    }

    private boolean send(SubSender<Envelope<Object>> connected, Envelope<Object> envelope,
            MessageType<Envelope<Object>> as, Deadline deadline) throws InterruptedException {
        try {
            return connected.typed(as).send(envelope, deadline.left());
        } catch (DisconnectedException e) {
            drop(connected);
            throw e;
        } catch (IllegalStateException e) {
            if (connected.isClosed() && !isClosed()) {
                throw new DisconnectedException("Destination " + destination, "it has just been found gone.");
            }
            throw e;
        }
    }

    private @Nullable SubSender<Envelope<Object>> connected(Deadline deadline) throws InterruptedException {
        if (!lock.tryLock(deadline.leftNanos(), TimeUnit.NANOSECONDS) && !lock.tryLock()) {
            return null;
        }
        try {
            SubSender<Envelope<Object>> connected = sender.get();
            if (connected == null && !closed) {
                connected = channel.connect(destination, type, deadline.leftOr(SHORTEST_CONNECT));
                sender.set(connected);
            }
            if (closed) {
                close();
                throw new IllegalStateException("The template is closed.");
            }
            return connected;
        } finally {
            lock.unlock();
        }
    }

    private void drop(SubSender<Envelope<Object>> gone) {
        sender.compareAndSet(gone, null);
        gone.close();
    }

    private boolean isClosed() {
        return closed || channel.isClosed();
    }

    /** Never waits for a thread that sends or connects. */
    @Override
    public void close() {
        closed = true;
        SubSender<Envelope<Object>> connected = sender.getAndSet(null);
        if (connected != null) {
            connected.close();
        }
    }
}
