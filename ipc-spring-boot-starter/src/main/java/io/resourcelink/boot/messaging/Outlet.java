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
 *
 * A receiver that stops says so, and what it had accepted until then is handled there. So a message is sent again only
 * if it was not accepted. The first time this happens to a message, the thread connects at once: the next process often
 * has the name already.
 */

/** The only sender to a destination. It connects when it is needed, and again after the serving process has stopped or ended. */
final class Outlet extends PerDestination.Entry {

    /** A live listener responds in a fraction of this time. It always gets this time, even after the deadline. */
    private static final Duration SHORTEST_CONNECT = Duration.ofMillis(100);

    private static final MessageType<Object> ANY = MessageType.of(Object.class);

    private final Channel channel;
    private final String destination;
    private final BackOff backOff;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReference<@Nullable SubSender<Object>> sender = new AtomicReference<>();
    private volatile boolean known;

    private volatile boolean closed;

    Outlet(Channel channel, String destination, BackOff backOff) {
        this.channel = channel;
        this.destination = destination;
        this.backOff = backOff;
    }

    /**
     * Sends with a connected sender.
     *
     * @param <T> what sending results in
     */
    interface Attempt<T> {

        /**
         * Sends, once.
         *
         * @return {@code null} if the time was over
         * @throws DisconnectedException if the receiver is gone or stopping; nothing was sent
         */
        @Nullable
        T with(SubSender<Object> sender, Duration left) throws InterruptedException;
    }

    /** No process serves the destination, and sending does not wait for one any longer. */
    static final class NotServedException extends Exception {

        private static final long serialVersionUID = 1L;

        /** Whether sending did not wait, because no process is known to have served the destination. */
        final boolean atOnce;

        /** Why the last attempt has failed. */
        final DisconnectedException failure;

        NotServedException(boolean atOnce, DisconnectedException failure) {
            super(failure);
            this.atOnce = atOnce;
            this.failure = failure;
        }
    }

    /**
     * Sends to the process that serves the destination, which may change while this method waits.
     *
     * @return what the attempt that succeeded has returned
     * @throws NotServedException if no process served the destination before the deadline
     * @throws TimeoutException if the process that serves it did not accept the message before the deadline
     * @throws io.resourcelink.error.UnresponsiveException if that process did not respond before the deadline
     */
    <T> T send(Attempt<T> attempt, Deadline deadline, boolean failFast)
            throws InterruptedException, TimeoutException, NotServedException {
        BackOffExecution pauses = backOff.start();
        for (boolean atOnce = true;;) {
            DisconnectedException failure;
            SubSender<Object> connected = null;
            try {
                connected = connected(deadline);
                if (connected == null) {
                    throw new TimeoutException("another thread is still connecting to its process");
                }
                T result = send(connected, attempt, deadline);
                if (result == null) {
                    throw new TimeoutException("what was sent before is not handled yet, and no listener takes more"
                            + " until it is. How much may be under way, the listeners' prefetch and prefetch-size say");
                }
                return result;
            } catch (DisconnectedException e) {
                failure = e;
            }
            if (connected != null && atOnce) {
                atOnce = false;
            } else {
                pause(pauses, deadline, failFast, failure);
            }
        }
    }

    private void pause(BackOffExecution pauses, Deadline deadline, boolean failFast, DisconnectedException failure)
            throws InterruptedException, NotServedException {
        boolean atOnce = failFast && !isKnown();
        long pause = atOnce || deadline.isOver() ? BackOffExecution.STOP : pauses.nextBackOff();
        if (pause == BackOffExecution.STOP) {
            throw new NotServedException(atOnce, failure);
        }
        deadline.pause(pause);
    }

    /** {@return whether it was ever connected} */
    @Override
    boolean isUseful() {
        return known;
    }

    /** {@return whether a process is known to have served the destination} */
    private boolean isKnown() {
        return known || channel.isKnown(destination);
    }

    private <T> @Nullable T send(SubSender<Object> connected, Attempt<T> attempt, Deadline deadline)
            throws InterruptedException {
        try {
            return attempt.with(connected, deadline.left());
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

    private @Nullable SubSender<Object> connected(Deadline deadline) throws InterruptedException {
        if (!lock.tryLock(deadline.leftNanos(), TimeUnit.NANOSECONDS) && !lock.tryLock()) {
            return null;
        }
        try {
            SubSender<Object> connected = sender.get();
            if (connected == null && !closed) {
                connected = channel.connect(destination, ANY, deadline.leftOr(SHORTEST_CONNECT));
                sender.set(connected);
                known = true;
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

    /** {@return the id of the process that it is connected to, 0 if there is none} */
    long process() {
        SubSender<Object> connected = sender.get();
        return connected == null ? 0 : connected.process();
    }

    private void drop(SubSender<Object> gone) {
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
        SubSender<Object> connected = sender.getAndSet(null);
        if (connected != null) {
            connected.close();
        }
    }
}
