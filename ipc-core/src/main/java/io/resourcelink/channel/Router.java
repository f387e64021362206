package io.resourcelink.channel;

import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.ReceiverSet.Taken;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.wire.ReceivedMessage;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;

/**
 * One thread that receives for many receivers and passes each message to a callback or a queue. Callbacks of one router run one at a
 * time. A callback that takes long, or a queue that is full, delays the others: use another router, or pass the work to an executor.
 * If a callback throws anything, an {@link Error} included, its message is lost, its handler is told, and all routes go on.
 *
 * <p>Thread-safe. The program that started it closes it.
 */
public final class Router implements AutoCloseable {

    private final ReceiverSet receivers = new ReceiverSet();
    private final Map<Long, Route> routes = new HashMap<>();
    private final Failures failures = new Failures("A router");
    private final Worker worker;

    private Router(ThreadFactory threads) {
        worker = new Worker(threads, failures, this::step, this::endRoutes);
    }

    /**
     * Starts a router on a daemon thread.
     *
     * @return the router
     */
    public static Router start() {
        return start(Thread.ofPlatform().daemon().name("ipc-router").factory());
    }

    /**
     * Starts a router on a thread that the caller chooses.
     *
     * @param threads makes the thread, which may be a virtual one
     * @return the router
     */
    public static Router start(ThreadFactory threads) {
        Router router = new Router(threads);
        router.worker.start();
        return router;
    }

    /**
     * Handles the messages of a receiver.
     *
     * @param <T> the type of the messages
     */
    @FunctionalInterface
    public interface Handler<T> {

        /**
         * A message has arrived. The handler closes what it carries.
         *
         * @param message the message
         * @throws Exception any failure; {@link #failed} is called, and the next message is handled
         */
        void message(T message) throws Exception;

        /**
         * A message could not be decoded, or {@link #message} has failed. Logs a warning by default.
         *
         * @param failure the failure, which may be an {@link Error}
         */
        default void failed(Throwable failure) {
            System.getLogger(Router.class.getName()).log(Level.WARNING, "A routed message failed.", failure);
        }
    }

    /** A receiver that is being routed. */
    public final class Route implements AutoCloseable {

        private final SubReceiver<?> receiver;
        private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        private final boolean once;
        private volatile @Nullable Handler<Object> handler;

        private Route(SubReceiver<?> receiver, Handler<Object> handler, boolean once) {
            this.receiver = receiver;
            this.handler = handler;
            this.once = once;
        }

        /** {@return a future that completes when the last message was handled and no sender is left, or the route was closed} */
        public CompletableFuture<@Nullable Void> ended() {
            return ended;
        }

        /** Ends the route: closes its receiver. Never waits. Idempotent. */
        @Override
        public void close() {
            receiver.close();
        }

        /** Decodes a message only for a handler: what a message carries belongs to the handler from then on. */
        private void message(long member, ReceivedMessage message) {
            Handler<Object> handling = handler;
            if (handling == null) {
                message.discard();
                return;
            }
            Object opened;
            try {
                opened = receiver.open(message);
            } catch (IpcException e) {
                failed(handling, e);
                return;
            }
            if (once) {
                handler = null;
                receivers.discardFrom(member);
            }
            try {
                handling.message(opened);
            } catch (Throwable e) {
                // An interrupt as well: only close() may end the router, and it says so in another way.
                failed(handling, e);
            }
        }

        /** A failure of the handler's failed method is logged. It must not end the other routes. */
        private void failed(Handler<Object> handling, Throwable failure) {
            try {
                handling.failed(failure);
            } catch (Throwable e) {
                failures.report("telling a handler of a failure", e);
            }
        }

        private void end() {
            handler = null;
            ended.complete(null);
        }
    }

    /**
     * Passes each message to a callback, on the router's thread.
     *
     * @param <T> the type of the messages
     * @param receiver the receiver, which belongs to the router from now on
     * @param handler the callback; the router drops it when the route has ended
     * @return the route
     * @throws IllegalStateException if this router is closed; the receiver stays the caller's
     */
    public <T> Route route(SubReceiver<T> receiver, Handler<? super T> handler) {
        return route(receiver, handler, false);
    }

    /**
     * Passes the first message to a callback and drops the callback. Later messages are discarded.
     *
     * @param <T> the type of the messages
     * @param receiver the receiver, which belongs to the router from now on
     * @param handler the callback
     * @return the route
     * @throws IllegalStateException if this router is closed; the receiver stays the caller's
     */
    public <T> Route routeFirst(SubReceiver<T> receiver, Handler<? super T> handler) {
        return route(receiver, handler, true);
    }

    /**
     * Puts each message into a queue. {@link Route#ended()} tells when no more messages will come.
     *
     * @param <T> the type of the messages
     * @param receiver the receiver, which belongs to the router from now on
     * @param queue the queue; while it is full, nothing on this router is received
     * @return the route
     * @throws IllegalStateException if this router is closed; the receiver stays the caller's
     */
    public <T> Route route(SubReceiver<T> receiver, BlockingQueue<? super T> queue) {
        return route(receiver, queue::put);
    }

    @SuppressWarnings("unchecked")
    private <T> Route route(SubReceiver<T> receiver, Handler<? super T> handler, boolean once) {
        Route route = new Route(receiver, (Handler<Object>) handler, once);
        synchronized (routes) {
            routes.put(receivers.add(receiver), route);
        }
        worker.ensureAlive();
        return route;
    }

    private void step() throws InterruptedException {
        Taken taken;
        try {
            taken = receivers.take(Long.MAX_VALUE);
        } catch (IllegalStateException e) {
            if (worker.isStopped()) {
                return;
            }
            throw e;
        }
        if (taken != null) {
            dispatch(taken);
        }
    }

    private void dispatch(Taken taken) {
        ReceivedMessage message = taken.message();
        Route route;
        synchronized (routes) {
            route = message == null ? routes.remove(taken.member()) : routes.get(taken.member());
        }
        if (route == null) {
            if (message != null) {
                message.discard();
            }
        } else if (message == null) {
            route.end();
        } else {
            route.message(taken.member(), message);
        }
    }

    /** Closes all receivers, and ends the thread when its current callback has returned. Never waits. Idempotent. */
    @Override
    public void close() {
        Closing closing = new Closing();
        closing.run(worker::stop);
        closing.run(receivers::close);
        closing.run(this::endRoutes);
        closing.run(worker::interrupt);
        closing.end();
    }

    private void endRoutes() {
        Map<Long, Route> left;
        synchronized (routes) {
            left = Map.copyOf(routes);
            routes.clear();
        }
        left.values().forEach(Route::end);
    }
}
