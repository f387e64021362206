package io.resourcelink.boot.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Received;
import io.resourcelink.error.AddressInUseException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.work.Failures;

/*
 *   start --+--> serving <---------+     a thread: receives, and passes each message to the delivery, which never throws
 *           |      | receiver or   |
 *           |      v channel closed| the destination is free
 *           +--> without server ---+     a thread: tries to serve, pauses, tries again
 *
 * Each run has its own threads and its own server, so the threads of an earlier run never see the server of a later one. The
 * run's monitor guards the fields. No thread serves, receives or calls a listener while it holds the monitor, so stopping never
 * waits for that. Stopping removes the server and closes it. This wakes the threads that receive.
 */

/** A listener from one start to the next stop. Thread-safe. */
final class ListenerRun {

    private static final Log logger = LogFactory.getLog(ListenerRun.class);
    private static final long SHORTEST_PAUSE = 50;
    private static final long LONGEST_PAUSE = 1_000;

    private final String destination;
    private final ListenerOptions options;
    private final Delivery delivery;
    private final MessageType<Envelope<Object>> type;
    private final Failures failures;
    private final List<ListenerThread> threads = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable Channel channel;
    private @Nullable NamedServer<Envelope<Object>> server;
    private boolean late;
    private boolean failed;
    private boolean stopped;
    private long pause = SHORTEST_PAUSE;

    ListenerRun(String destination, ListenerOptions options, Delivery delivery, MessageType<Envelope<Object>> type,
            Failures failures, ThreadFactory factory, int concurrency) {
        this.destination = destination;
        this.options = options;
        this.delivery = delivery;
        this.type = type;
        this.failures = failures;
        for (int number = 0; number < concurrency; number++) {
            threads.add(new ListenerThread(factory, failures, this::step));
        }
    }

    /** Makes the first attempt in the calling thread, so that a started listener can be reached. */
    void start() {
        try {
            if (!serve()) {
                say(() -> logger.warn("Destination \"" + destination
                        + "\" is served by another process. This process takes over when the other one ends."));
            }
            threads.getFirst().start();
        } catch (Throwable e) {
            stop();
            throw e;
        }
    }

    private void step() throws InterruptedException {
        NamedServer<Envelope<Object>> serving = serving();
        if (serving != null) {
            startAll();
            receive(serving);
        } else if (!stopping.await(nextPause(), TimeUnit.MILLISECONDS)) {
            serve();
        }
    }

    /** Starts the threads, and replaces those that have ended. */
    private void startAll() {
        for (int number = 0; number < threads.size(); number++) {
            threads.get(number).ensureAlive();
        }
    }

    private void receive(NamedServer<Envelope<Object>> serving) throws InterruptedException {
        Received<Envelope<Object>> received;
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

    private void notReceived(NamedServer<Envelope<Object>> serving, Throwable failure) throws InterruptedException {
        if (isStopped()) {
            return;
        }
        if (!canReceive(serving) || failure instanceof DisconnectedException) {
            lost(serving);
        } else {
            failures.report("receiving", failure);
            // The next attempt is likely to fail too, for example for lack of memory.
            stopping.await(SHORTEST_PAUSE, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized boolean canReceive(NamedServer<Envelope<Object>> serving) {
        return channel != null && !channel.isClosed() && !serving.receiver().isClosed();
    }

    /** {@return whether this process serves the destination, after this call or already before} */
    private boolean serve() {
        try {
            Channel opened = options.channel().get();
            NamedServer<Envelope<Object>> fresh = opened.serve(destination, type);
            if (!take(opened, fresh)) {
                fresh.close();
            }
            return true;
        } catch (AddressInUseException _) {
            standsBy();
            return false;
        } catch (Throwable e) {
            fails();
            throw e;
        }
    }

    private synchronized boolean take(Channel opened, NamedServer<Envelope<Object>> fresh) {
        if (stopped || server != null) {
            return false;
        }
        channel = opened;
        server = fresh;
        pause = SHORTEST_PAUSE;
        failed = false;
        if (late) {
            late = false;
            say(() -> logger.info("Destination \"" + destination + "\" is served by this process now."));
        }
        return true;
    }

    private synchronized void standsBy() {
        late = true;
        failed = false;
    }

    private synchronized void fails() {
        late = true;
        failed = true;
    }

    /**
     * The receiver was closed, but not by this run: for example, its channel was closed. Then other processes may serve
     * the name.
     */
    private void lost(NamedServer<Envelope<Object>> serving) {
        synchronized (this) {
            if (stopped || !serving.equals(server)) {
                return;
            }
            server = null;
            fails();
        }
        serving.close();
        say(() -> logger.warn("Destination \"" + destination + "\" is not served by this process any more: its channel"
                + " was closed. This process tries to serve it again."));
    }

    private synchronized long nextPause() {
        long next = pause;
        pause = Math.min(LONGEST_PAUSE, next + next / 2);
        return next;
    }

    private synchronized @Nullable NamedServer<Envelope<Object>> serving() {
        return server;
    }

    /** {@return the state} Replaces threads that have ended. If no thread can be started, the name is released. */
    ListenerState state() {
        NamedServer<Envelope<Object>> serving = serving();
        if (serving != null) {
            startAll();
        } else if (!isStopped()) {
            threads.getFirst().ensureAlive();
        }
        if (serving != null && alive() == 0) {
            lost(serving);
        }
        synchronized (this) {
            if (stopped) {
                return ListenerState.STOPPED;
            }
            if (server == null) {
                return failed ? ListenerState.FAILED : ListenerState.STANDBY;
            }
            return canReceive(server) && server.isReachable() ? ListenerState.SERVING : ListenerState.FAILED;
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** {@return the number of its threads that run} */
    int alive() {
        int alive = 0;
        for (ListenerThread thread : threads) {
            alive += thread.isAlive() ? 1 : 0;
        }
        return alive;
    }

    /** Stops receiving. Does not block. */
    void stop() {
        NamedServer<Envelope<Object>> serving;
        synchronized (this) {
            stopped = true;
            serving = server;
            server = null;
        }
        stopping.countDown();
        for (int number = 0; number < threads.size(); number++) {
            threads.get(number).stop();
        }
        if (serving != null) {
            serving.close();
        }
    }

    /** Waits for running methods, at most for the shutdown time-out. */
    void await() {
        Deadline deadline = Deadline.in(options.shutdownTimeout());
        for (int number = 0; number < threads.size(); number++) {
            if (!threads.get(number).await(deadline)) {
                say(() -> logger.warn("The listener at \"" + destination + "\" did not return within "
                        + options.shutdownTimeout() + " (ipc.messaging.listener.shutdown-timeout) and is"
                        + " interrupted."));
            }
        }
    }

    /** Logs. A failure of the logger loses the entry and nothing else. */
    private void say(Runnable entry) {
        try {
            entry.run();
        } catch (Throwable e) {
            failures.report("logging", e);
        }
    }
}
