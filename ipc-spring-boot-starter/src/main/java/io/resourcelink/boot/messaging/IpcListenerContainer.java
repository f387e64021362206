package io.resourcelink.boot.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.error.AddressInUseException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;

/*
 * stopped --start--> running --stop--> stopped. A run is one object: its threads look at it alone, so that those of a run
 * that is over never meet the next one's server. A run begins with a first attempt at its destination, in the starting
 * thread: who has started is reachable then. If the destination is taken, the run's first thread goes on trying, and the
 * others are made when it has succeeded. All fields of a run are guarded by it; nobody waits, receives or calls a listener
 * under that lock. Stopping closes the server, which wakes those that receive, lets methods that are being called return,
 * and interrupts them when their time is over.
 */

/**
 * Receives the messages of one destination, and hands them to its endpoint. Made by {@link IpcListenerEndpointRegistry},
 * which starts and stops it with the context; an application may do so in between.
 *
 * <p>Thread-safe. Messages that were not received when it is stopped are lost; senders that wait for a reply are told.
 */
public final class IpcListenerContainer {

    private static final Log logger = LogFactory.getLog(IpcListenerContainer.class);

    private final IpcListenerEndpoint endpoint;
    private final ListenerOptions options;
    private final ThreadFactory threads;
    private final int concurrency;
    private final Delivery delivery;
    private final MessageType<Envelope<Object>> type;
    private @Nullable Run run;

    IpcListenerContainer(IpcListenerEndpoint endpoint, ListenerOptions options, ThreadFactory threads,
            int concurrency) {
        this.endpoint = endpoint;
        this.options = options;
        this.threads = threads;
        this.concurrency = concurrency;
        this.delivery = new Delivery(endpoint, options);
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

    /** {@return whether it has its destination: messages arrive. It has not while another process serves it} */
    public synchronized boolean isServing() {
        return run != null && run.server() != null;
    }

    /**
     * Starts receiving. If another process serves the destination, it goes on trying in the background. Idempotent.
     *
     * @throws IllegalArgumentException if the destination is no name
     */
    public synchronized void start() {
        if (run == null) {
            Run starting = new Run();
            starting.start();
            run = starting;
        }
    }

    /** Stops receiving, and waits for methods that are being called, no longer than the shutdown time-out. Idempotent. */
    public void stop() {
        stopLater().run();
    }

    /** Stops receiving, and says how to wait for the rest. */
    synchronized Runnable stopLater() {
        Run stopping = run;
        run = null;
        if (stopping == null) {
            return () -> {};
        }
        stopping.stop();
        return stopping::await;
    }

    /** From a start to a stop. */
    private final class Run {

        private final List<Thread> running = new ArrayList<>();
        private @Nullable NamedServer<Envelope<Object>> server;
        private boolean late;
        private boolean stopped;

        void start() {
            if (!serve()) {
                isLate();
                logger.warn(
                        "Destination \"" + endpoint.destination() + "\" is served by another process. This one takes"
                                + " over when that one ends.");
            }
            addThread();
        }

        private synchronized void isLate() {
            late = true;
        }

        private synchronized void addThread() {
            Thread thread = threads.newThread(this::receive);
            running.add(thread);
            thread.start();
        }

        synchronized @Nullable NamedServer<Envelope<Object>> server() {
            return server;
        }

        private synchronized boolean isStopped() {
            return stopped;
        }

        private synchronized boolean serve() {
            if (server == null && !stopped) {
                Channel channel = options.channel().get();
                try {
                    server = channel.serve(endpoint.destination(), type);
                    if (late) {
                        logger.info("Destination \"" + endpoint.destination() + "\" is served by this process now.");
                    }
                } catch (AddressInUseException _) {
                    return false;
                }
            }
            return true;
        }

        private void receive() {
            try {
                takeOver();
                NamedServer<Envelope<Object>> serving = server();
                if (serving != null) {
                    receiveFrom(serving);
                }
            } catch (InterruptedException _) {
                // It was stopped.
            } catch (RuntimeException e) {
                if (!isStopped()) {
                    options.failed(new IllegalStateException(
                            "The listener at \"" + endpoint.destination() + "\" ends.", e));
                }
            }
        }

        private void takeOver() throws InterruptedException {
            ExponentialBackOff backOff = pauses();
            BackOffExecution pauses = backOff.start();
            while (!serve()) {
                Thread.sleep(pauses.nextBackOff());
            }
            synchronized (this) {
                while (!stopped && running.size() < concurrency) {
                    addThread();
                }
            }
        }

        private void receiveFrom(NamedServer<Envelope<Object>> serving) throws InterruptedException {
            BackOffExecution pauses = pauses().start();
            while (!isStopped()) {
                try {
                    delivery.deliver(serving.receiver().receive());
                    pauses = pauses().start();
                } catch (InterruptedException e) {
                    if (isStopped()) {
                        throw e;
                    }
                    options.failed(e);
                } catch (IpcException e) {
                    options.failed(e);
                    if (!(e instanceof MessageException)) {
                        Thread.sleep(pauses.nextBackOff());
                    }
                }
            }
        }

        void stop() {
            NamedServer<Envelope<Object>> serving;
            synchronized (this) {
                stopped = true;
                serving = server;
                if (serving == null) {
                    running.forEach(Thread::interrupt);
                }
            }
            if (serving != null) {
                serving.close();
            }
        }

        void await() {
            List<Thread> ending;
            synchronized (this) {
                ending = List.copyOf(running);
            }
            Deadline deadline = Deadline.in(options.shutdownTimeout());
            try {
                for (Thread thread : ending) {
                    if (!thread.equals(Thread.currentThread()) && !thread.join(deadline.left())) {
                        logger.warn("The listener at \"" + endpoint.destination() + "\" has not returned within "
                                + options.shutdownTimeout() + " and is interrupted.");
                        thread.interrupt();
                    }
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ExponentialBackOff pauses() {
        ExponentialBackOff pauses = new ExponentialBackOff(50, 1.5);
        pauses.setMaxInterval(1_000);
        return pauses;
    }

    @Override
    public String toString() {
        return "IpcListenerContainer[" + endpoint.id() + ", " + endpoint.destination() + "]";
    }
}
