package io.resourcelink.boot.messaging;

import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.Message;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;

import io.resourcelink.boot.observation.Observed;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.channel.PublishResult;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

/** Sends the messages and requests of a template, with its settings. Thread-safe after the settings were made. */
final class Dispatch implements AutoCloseable {

    private final Failures failures = new Failures("A template");
    private final Outlets outlets;
    IpcSendOptions defaults;
    BackOff backOff = pauses();
    ObservationRegistry observations = ObservationRegistry.NOOP;
    Executor executor = task -> Thread.ofVirtual().name("ipc-reply").start(task);
    @Nullable
    RetryPolicy retryPolicy;
    boolean retryListenerFailures;

    Dispatch(Channel channel, IpcSendOptions defaults) {
        this.outlets = new Outlets(channel, () -> backOff);
        this.defaults = defaults;
    }

    private static BackOff pauses() {
        ExponentialBackOff pauses = new ExponentialBackOff(10, 2);
        pauses.setMaxInterval(500);
        return pauses;
    }

    void send(String destination, Message<?> message, IpcSendOptions options) {
        Dispatch.<@Nullable Void>handing(options, () -> discard(message.getPayload()), () -> {
            Outgoing outgoing = Outgoing.of(destination, message, options, defaults);
            return observed(outgoing, () -> {
                outlets.send(outgoing);
                return null;
            });
        });
    }

    PublishResult publish(String destination, Message<?> message, IpcSendOptions options) {
        return handing(options, () -> discard(message.getPayload()), () -> {
            Outgoing outgoing = Outgoing.of(destination, message, options, defaults);
            return observed(outgoing, () -> outlets.publish(outgoing));
        });
    }

    /** {@return the reply; {@code null} if the listener's method has returned nothing} */
    <R, T> @Nullable T request(String destination, Message<?> request, ReplyForm<R, T> form, IpcSendOptions options) {
        return Dispatch.<@Nullable T>handing(options, () -> discard(request.getPayload()), () -> {
            Outgoing outgoing = Outgoing.of(destination, request, options, defaults);
            return observed(outgoing, () -> exchange(outgoing, form));
        });
    }

    private <R, T> @Nullable T exchange(Outgoing request, ReplyForm<R, T> form) {
        try (PendingReply<R> pending = outlets.request(request, form.type())) {
            return form.await(request, pending, request.replyTimeout());
        }
    }

    /** {@return a future of the reply; making and sending the request fail as the future does} */
    <R, T> CompletableFuture<@Nullable T> requestAsync(String destination, Supplier<Message<?>> making,
            ReplyForm<R, T> form, IpcSendOptions options) {
        try {
            Message<?> request = making.get();
            return Dispatch.<CompletableFuture<@Nullable T>>handing(options, () -> discard(request.getPayload()),
                    () -> begin(Outgoing.of(destination, request, options, defaults), form));
        } catch (Exception e) {
            return CompletableFuture.<@Nullable T>failedFuture(e);
        }
    }

    private <R, T> CompletableFuture<@Nullable T> begin(Outgoing request, ReplyForm<R, T> form) {
        Observed observed = observe(request);
        PendingReply<R> pending = null;
        AsyncReply<R, T> reply;
        try {
            pending = retries().run(() -> outlets.request(request, form.type()));
            observed.leave();
            reply = new AsyncReply<>(request, form, pending, observed, failures);
        } catch (Throwable e) {
            Closing.undo(e, pending);
            observed.failed(e);
            observed.close();
            throw e;
        }
        return reply.begin(executor);
    }

    private <T extends @Nullable Object> T observed(Outgoing message, Supplier<T> attempt) {
        Observed observed = observe(message);
        try {
            return retries().run(attempt);
        } catch (Throwable e) {
            observed.failed(e);
            throw e;
        } finally {
            observed.close();
        }
    }

    private Observed observe(Outgoing message) {
        return Observations.send(observations, message.destination(), message.headers(), failures);
    }

    private Retries retries() {
        return new Retries(retryPolicy, retryListenerFailures);
    }

    /** Closes what was handed over after it was sent, or could not be. */
    private static <T extends @Nullable Object> T handing(IpcSendOptions options, Runnable discard,
            Supplier<T> sending) {
        T result;
        try {
            result = sending.get();
        } catch (Throwable e) {
            if (options.handOver()) {
                Closing.undo(e, discard::run);
            }
            throw e;
        }
        if (options.handOver()) {
            discard.run();
        }
        return result;
    }

    /** Closes what a payload or a reply carries. Never throws. */
    void discard(Object carrier) {
        try {
            outlets.discard(carrier);
        } catch (Throwable e) {
            failures.report("closing what a message carries", e);
        }
    }

    Map<String, Long> destinations() {
        return outlets.destinations();
    }

    SortedSet<String> topics() {
        return outlets.topics();
    }

    @Override
    public void close() {
        outlets.close();
    }
}
