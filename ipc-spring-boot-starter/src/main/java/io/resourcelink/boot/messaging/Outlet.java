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
 * A thread holds the lock while it connects, so that other threads wait for that connection and do not make their own.
 * No thread sends while it holds the lock. Closing does not take the lock, because a thread may connect for as long as
 * its send time-out. A thread that has connected checks whether the outlet was closed meanwhile, and then closes its
 * sender itself. A thread that finds the receiver gone removes the sender and closes it, once. Other threads that were
 * sending with it may then see it closed instead of disconnected. They connect again too.
 */

/** The only sender to a destination. It connects when it is needed, and again after the serving process has ended. */
final class Outlet implements AutoCloseable {

    /** A live listener responds in a fraction of this time. It always gets this time, even after the deadline. */
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
     * Sends an envelope to the process that serves the destination, which may change while this method waits.
     *
     * @return {@code null} if the envelope was sent; otherwise why not: no process served the destination ({@code
     * DisconnectedException}), or none accepted the message before the deadline (time-out)
     * @throws io.resourcelink.error.UnresponsiveException if the serving process did not respond before the deadline
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
                "the listener has not yet received earlier messages, and accepts no more until it has");
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
                throw new DisconnectedException("Destination " + destination,
                        "another thread has just closed the connection to it.");
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

    /** Does not wait for a thread that sends or connects. */
    @Override
    public void close() {
        closed = true;
        SubSender<Envelope<Object>> connected = sender.getAndSet(null);
        if (connected != null) {
            connected.close();
        }
    }
}
