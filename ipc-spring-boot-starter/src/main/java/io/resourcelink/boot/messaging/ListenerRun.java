package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.resourcelink.channel.DrainReport;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Received;
import io.resourcelink.error.DisconnectedException;

/*
 *   start --+--> serving <---------+     a thread: receives, and passes each message to the delivery, which never throws
 *           |      | receiver or   |
 *           |      v channel closed| the destination is free
 *           +--> without server ---+     a thread: tries to serve, pauses, tries again
 *
 *   stop: the name is given up, the senders are told. The threads go on: what was sent before is received and handled, until
 *   receiving says that there is no more. Then they end. finish waits for that until the deadline. Then it closes the server,
 *   which reports what is left, and interrupts the methods that still run.
 *
 * Each run has its own threads and its own server, so the threads of an earlier run never see the server of a later one.
 */

/** A listener from one start to the next stop. Thread-safe. */
final class ListenerRun {

    private static final long SHORTEST_PAUSE = 50;
    private static final long LONGEST_PAUSE = 1_000;
    private static final Duration TIME_TO_ANSWER = Duration.ofMillis(100);

    private final ServedDestination served;
    private final Delivery delivery;
    private final ListenerReports reports;
    private final List<ListenerThread> threads = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private long pause = SHORTEST_PAUSE;

    ListenerRun(IpcListenerEndpoint endpoint, IpcListenerSettings settings, ListenerOptions options,
            ListenerReports reports, ThreadFactory factory) {
        this.delivery = new Delivery(endpoint, options, reports, new Attempts(options.retry(), stopping));
        this.served = new ServedDestination(endpoint, settings, options, delivery.type(), reports);
        this.reports = reports;
        for (int number = 0; number < settings.threads(); number++) {
            threads.add(new ListenerThread(factory, reports.failures(), this::step));
        }
    }

    /** Makes the first attempt in the calling thread, so that a started listener can be reached. */
    void start() {
        try {
            if (!served.serve()) {
                reports.standsBy();
            }
            threads.getFirst().start();
        } catch (Throwable e) {
            stop();
            finish(Deadline.in(Duration.ZERO), Thread.currentThread());
            throw e;
        }
    }

    private void step() throws InterruptedException {
        NamedServer<Object> serving = served.server();
        if (serving != null) {
            startAll();
            receive(serving);
        } else if (!stopping.await(nextPause(), TimeUnit.MILLISECONDS)) {
            if (served.serve()) {
                resetPause();
            }
        } else {
            endAll();
        }
    }

    /** Starts the threads, and replaces those that have ended. */
    private void startAll() {
        for (int number = 0; number < threads.size(); number++) {
            threads.get(number).ensureAlive();
        }
    }

    /** Lets the threads end, each after the message that it handles. */
    private void endAll() {
        for (int number = 0; number < threads.size(); number++) {
            threads.get(number).stop();
        }
    }

    private void receive(NamedServer<Object> serving) throws InterruptedException {
        Received<Object> received;
        try {
            received = serving.receiver().take();
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) {
            notReceived(serving, e);
            return;
        }
        delivery.deliver(received);
    }

    private void notReceived(NamedServer<Object> serving, Throwable failure) {
        boolean over = failure instanceof DisconnectedException || !served.canReceive(serving);
        if (over && served.isStopped()) {
            endAll();
        } else if (over) {
            served.lost(serving);
        } else {
            reports.failed("receiving", failure);
            // The next attempt is likely to fail too, for example for lack of memory.
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(SHORTEST_PAUSE));
        }
    }

    private synchronized long nextPause() {
        long next = pause;
        pause = Math.min(LONGEST_PAUSE, next + next / 2);
        return next;
    }

    private synchronized void resetPause() {
        pause = SHORTEST_PAUSE;
    }

    /** {@return the state} Replaces threads that have ended. If no thread can be started, the name is released. */
    ListenerState state() {
        NamedServer<Object> serving = served.server();
        if (served.isStopped()) {
            return ListenerState.STOPPED;
        }
        if (serving == null) {
            threads.getFirst().ensureAlive();
        } else {
            startAll();
            if (alive() == 0) {
                served.lost(serving);
            }
        }
        return served.state();
    }

    /** {@return the number of its threads that run} */
    int alive() {
        int alive = 0;
        for (ListenerThread thread : threads) {
            alive += thread.isAlive() ? 1 : 0;
        }
        return alive;
    }

    /** Gives the name up and has the senders stop. The threads handle what was sent before. Does not block. */
    void stop() {
        try {
            served.stop();
        } catch (Throwable e) {
            reports.failed("stopping", e);
        } finally {
            // Ends the waits between retries too.
            stopping.countDown();
        }
        if (served.server() == null) {
            endAll();
        }
    }

    /** Reports that the name was given up. Called after other listeners have stopped too: an application may take its time. */
    void announce() {
        if (served.server() != null) {
            reports.released();
        }
    }

    /**
     * Waits until everything that was sent before the stop is handled, and reports what is left at the deadline.
     *
     * @param caller the thread that stops; it is not waited for if it is one of this listener
     */
    void finish(Deadline deadline, Thread caller) {
        boolean ended = true;
        for (int number = 0; number < threads.size(); number++) {
            ended &= threads.get(number).await(deadline, caller);
        }
        endAll();
        if (!ended) {
            delivery.end();
        }
        // A thread that was not waited for handles a message that nobody can wait for. But senders have time to answer.
        DrainReport left = served.drain(ended ? Duration.ZERO : deadline.leftAtMost(TIME_TO_ANSWER));
        // Before the log and the event, which take time: senders may send the messages that run to another process now.
        for (int number = 0; number < threads.size(); number++) {
            threads.get(number).interruptUnless(caller);
        }
        reports.unhandled(left);
    }
}
