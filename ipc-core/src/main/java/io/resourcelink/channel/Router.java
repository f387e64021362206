package io.resourcelink.channel;

import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.ReceiverSet.Event;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;

/**
 * One thread that receives for many, and hands each message to a callback or a queue. Callbacks of one router run one at a
 * time; a callback that takes long, or a queue that is full, keeps the others waiting: use another router, or hand the work
 * to an executor. A callback that throws anything, an {@link Error} included, costs its message: its route is told, and all routes go on.
 *
 * <p>Thread-safe. Whoever started it closes it.
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
     * Starts a router on a thread of the caller's.
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
     * What is done with a receiver's messages.
     *
     * @param <T> what the messages are
     */
    @FunctionalInterface
    public interface Handler<T> {

        /**
         * A message has come. What it carries is the handler's to close.
         *
         * @param message the message
         * @throws Exception whatever goes wrong; {@link #failed} is told, and the next message is handled
         */
        void message(T message) throws Exception;

        /**
         * A message failed: it could not be decoded, or {@link #message} has thrown. Logs a warning by default.
         *
         * @param failure what went wrong, an {@link Error} included
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

        /** {@return what is completed when the last message was handled and no sender is left, or the route was closed} */
        public CompletableFuture<@Nullable Void> ended() {
            return ended;
        }

        /** Ends the route: closes its receiver. Never waits. Idempotent. */
        @Override
        public void close() {
            receiver.close();
        }

        private void message(long member, Object message) {
            Handler<Object> handling = handler;
            if (handling == null) {
                return;
            }
            if (once) {
                handler = null;
                receivers.discardFrom(member);
            }
            try {
                handling.message(message);
            } catch (Throwable e) {
                // An interrupt that nobody but close() can mean well, which says so in another way.
                failed(handling, e);
            }
        }

        private void failed(IpcException failure) {
            Handler<Object> handling = handler;
            if (handling != null) {
                failed(handling, failure);
            }
        }

        /** What fails here as well is logged, and must not end the other routes. */
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
     * Hands each message to a callback, on the router's thread.
     *
     * @param <T> what the messages are
     * @param receiver the receiver, which becomes the router's
     * @param handler the callback, let go of when the route has ended
     * @return the route
     * @throws IllegalStateException if this router is closed; the receiver stays the caller's
     */
    public <T> Route route(SubReceiver<T> receiver, Handler<? super T> handler) {
        return route(receiver, handler, false);
    }

    /**
     * Hands the first message to a callback, which is let go of then. What comes after it is discarded.
     *
     * @param <T> what the messages are
     * @param receiver the receiver, which becomes the router's
     * @param handler the callback
     * @return the route
     * @throws IllegalStateException if this router is closed; the receiver stays the caller's
     */
    public <T> Route routeFirst(SubReceiver<T> receiver, Handler<? super T> handler) {
        return route(receiver, handler, true);
    }

    /**
     * Puts each message into a queue. {@link Route#ended()} tells when there will be no more.
     *
     * @param <T> what the messages are
     * @param receiver the receiver, which becomes the router's
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
        Event event;
        try {
            event = receivers.select();
        } catch (IllegalStateException e) {
            if (worker.isStopped()) {
                return;
            }
            throw e;
        }
        dispatch(event);
    }

    private void dispatch(Event event) {
        Route route;
        synchronized (routes) {
            route = event instanceof Event.Closed ? routes.remove(event.member()) : routes.get(event.member());
        }
        if (route != null) {
            switch (event) {
                case Event.Message(long member, Object message) -> route.message(member, message);
                case Event.Failed(long _, IpcException failure) -> route.failed(failure);
                case Event.Closed _ -> route.end();
            }
        }
    }

    /** Closes all receivers, and ends the thread as soon as the callback it is in has returned. Never waits. Idempotent. */
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
