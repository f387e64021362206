package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.util.backoff.BackOff;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.PublishResult;

/**
 * Sends messages to destinations of this host. It connects to a destination with the first message. When the process that serves
 * the destination stops or ends, it connects to the next one. Sending waits, at most for the send time-out, while no process serves
 * the destination, and while the listener has not handled what was sent before.
 *
 * <p>A message is delivered at most once. Only a request tells the sender whether the message was handled. A listener that is
 * stopped handles what was sent before. What a process that dies had not handled is lost.
 *
 * <p>Headers that are strings, booleans or numbers of {@code java.lang} and {@code java.math} travel, and come back with their own
 * class; other headers do not travel. A listener's method that returns nothing replies with nothing: then the result is {@code
 * null}.
 *
 * <p>The caller closes the regions, links and senders of a message after sending, or {@linkplain IpcSendOptions#handingOver() hands
 * them over}. It always closes those of a reply.
 *
 * <p>All methods that send throw {@link DestinationNotServedException} or another {@link MessageDeliveryException} if the message
 * was not sent. They throw {@link IllegalArgumentException} if the destination is not a valid name, and {@link
 * IllegalStateException} if the template or the channel is closed. Requests throw a subclass of {@link IpcRequestException} if there is no
 * reply. If the thread is interrupted while it waits, the methods set its interrupt flag again and throw a {@link
 * org.springframework.messaging.MessagingException}; a request that was sent may still be handled.
 *
 * <p>Thread-safe after it was configured. The context closes the template. The template does not close the channel.
 *
 * {@snippet lang = java :
 * template.convertAndSend("frames", new Frame(link, width, height));
 * Histogram histogram = template.convertSendAndReceive("histograms", new Frame(link, width, height), Histogram.class);
 * }
 */
public class IpcTemplate extends RequestReplyTemplate implements AutoCloseable {

    /** The default of {@link #setSendTimeout}. */
    public static final Duration DEFAULT_SEND_TIMEOUT = Duration.ofSeconds(5);

    /** The default of {@link #setReplyTimeout}. */
    public static final Duration DEFAULT_REPLY_TIMEOUT = Duration.ofSeconds(30);

    private final Dispatch dispatch;

    /**
     * Creates a template. No system call.
     *
     * @param channel the channel to send with; the caller closes it after this template
     */
    public IpcTemplate(Channel channel) {
        this.dispatch = new Dispatch(channel, IpcSendOptions.DEFAULT.sendTimeout(DEFAULT_SEND_TIMEOUT)
                .replyTimeout(DEFAULT_REPLY_TIMEOUT).maxAge(Duration.ZERO).failFast(false));
    }

    /**
     * Sets how long sending waits until a process serves the destination, responds, and accepts the message. The default is 5 s.
     *
     * @param timeout the time-out; zero tries once. The process that serves the destination has at least 100 ms to respond
     */
    public void setSendTimeout(Duration timeout) {
        dispatch.defaults = dispatch.defaults.sendTimeout(timeout);
    }

    /**
     * Sets how long a request waits for its reply after it was sent. The default is 30 s.
     *
     * @param timeout the time-out
     */
    public void setReplyTimeout(Duration timeout) {
        dispatch.defaults = dispatch.defaults.replyTimeout(timeout);
    }

    /**
     * Sets the age from which on the listener's process drops a message instead of handling it. By default there is none.
     *
     * @param age the age, which counts from the call that sends; zero for none
     */
    public void setMaxAge(Duration age) {
        dispatch.defaults = dispatch.defaults.maxAge(age);
    }

    /**
     * Sets whether sending fails at once if no process serves the destination, and none is known to have served it before: this
     * template has not sent to it, and no process has died while it served it. By default sending waits.
     *
     * @param fails whether it does
     */
    public void setFailFast(boolean fails) {
        dispatch.defaults = dispatch.defaults.failFast(fails);
    }

    /**
     * Sets the pauses between attempts while no process serves a destination. The default is 10 ms to 0.5 s. If the back-off stops,
     * sending fails.
     *
     * @param backOff the pauses
     */
    public void setBackOff(BackOff backOff) {
        dispatch.backOff = backOff;
    }

    /**
     * Sets how often a message or a request is sent again after it has failed. By default it is not. Only what can do no harm is
     * sent again: if no process served the destination ({@link DestinationNotServedException}), or the listener was stopped before it
     * had handled the request ({@link RequestUnhandledException}). The policy is asked about these failures only. Each attempt has the
     * time-outs to itself. An asynchronous request is not sent again after it was accepted.
     *
     * @param policy the policy; {@code null} for none
     */
    public void setRetryPolicy(@Nullable RetryPolicy policy) {
        dispatch.retryPolicy = policy;
    }

    /**
     * Sets whether the retry policy is also asked about a request whose listener has failed ({@link ListenerFailedException}). By
     * default it is not, because what the listener did before it failed may be done twice.
     *
     * @param retries whether it is
     */
    public void setRetryListenerFailures(boolean retries) {
        dispatch.retryListenerFailures = retries;
    }

    /**
     * Sets what completes the futures of asynchronous requests, and so runs the functions that depend on them. The default is a new
     * virtual thread for each.
     *
     * @param executor must not run a task in the thread that calls it
     */
    public void setAsyncExecutor(Executor executor) {
        dispatch.executor = executor;
    }

    /**
     * Sets the registry that observes each sent message. The headers then carry the trace context. By default messages are not
     * observed.
     *
     * @param observations the registry
     */
    public void setObservationRegistry(ObservationRegistry observations) {
        dispatch.observations = observations;
    }

    @Override
    protected void doSend(String destination, Message<?> message) {
        send(destination, message, IpcSendOptions.DEFAULT);
    }

    /**
     * Sends a message with options.
     *
     * @param destination the destination
     * @param message the message
     * @param options how to send it
     * @throws MessageDeliveryException if the message was not sent
     */
    public void send(String destination, Message<?> message, IpcSendOptions options) {
        dispatch.send(destination, message, options);
    }

    /**
     * Sends a payload with options.
     *
     * @param destination the destination
     * @param payload the payload
     * @param options how to send it
     * @throws MessageDeliveryException if the message was not sent
     */
    public void convertAndSend(String destination, Object payload, IpcSendOptions options) {
        send(destination, message(payload, options), options);
    }

    /**
     * Publishes with the template's defaults; see {@link #publish(String, Object, IpcSendOptions)}.
     *
     * @param destination the topic
     * @param payload the payload, or a message
     * @return how many subscribers it has reached, and for how many it was dropped
     */
    public PublishResult publish(String destination, Object payload) {
        return publish(destination, payload, IpcSendOptions.DEFAULT);
    }

    /**
     * Publishes to all subscribers of a topic: all listeners of this host with this destination and {@link IpcListener#kind} {@code TOPIC}.
     * There may be none, and a later subscriber does not get it. What it carries is not copied. Slow subscribers are waited for at most for
     * the send time-out, which is one time for all, and not at all with {@link IpcListener#dropping}. Then it is dropped for them.
     *
     * @param destination the topic
     * @param payload the payload, or a message
     * @param options how to send it; failing fast has no meaning here
     * @return how many subscribers it has reached, and for how many it was dropped
     * @throws MessageDeliveryException if it has reached none although there are some; the cause says why
     */
    public PublishResult publish(String destination, Object payload, IpcSendOptions options) {
        return dispatch.publish(destination,
                payload instanceof Message<?> message ? message : message(payload, options),
                options);
    }

    @Override
    <T> @Nullable T request(String destination, Message<?> request, Class<T> replyType) {
        return dispatch.request(destination, request, payload(ReplyForm.type(replyType)), IpcSendOptions.DEFAULT);
    }

    /**
     * Sends a request with options, and waits for the reply.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload
     * @param replyType the type of the reply
     * @param options how to send it
     * @return the reply, which the caller closes; {@code null} if the listener's method returned nothing
     */
    public <R> @Nullable R convertSendAndReceive(String destination, Object request, Class<R> replyType,
            IpcSendOptions options) {
        return dispatch.request(destination, message(request, options), payload(ReplyForm.type(replyType)), options);
    }

    /**
     * Sends a request, and waits for a reply of a generic type.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload
     * @param replyType the type of the reply
     * @return the reply, which the caller closes; {@code null} if the listener's method returned nothing
     */
    public <R> @Nullable R convertSendAndReceive(String destination, Object request,
            ParameterizedTypeReference<R> replyType) {
        return convertSendAndReceive(destination, request, replyType, IpcSendOptions.DEFAULT);
    }

    /**
     * Sends a request with options, and waits for a reply of a generic type.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload
     * @param replyType the type of the reply
     * @param options how to send it
     * @return the reply, which the caller closes; {@code null} if the listener's method returned nothing
     */
    public <R> @Nullable R convertSendAndReceive(String destination, Object request,
            ParameterizedTypeReference<R> replyType, IpcSendOptions options) {
        return dispatch.request(destination, message(request, options), payload(ReplyForm.type(replyType)), options);
    }

    /**
     * Sends a request, and waits for the reply as a message. Its payload is what is read without a type: a text, a number, a map, a
     * list. A reply that carries regions, links or senders needs {@linkplain #sendAndReceive(String, Message, Class,
     * IpcSendOptions) its type}.
     *
     * @return the reply, whose {@link IpcHeaders#CLOSEABLE_RESOURCE} the caller closes; {@code null} if the listener's method returned
     * nothing
     */
    @Override
    public @Nullable Message<?> sendAndReceive(String destination, Message<?> request) {
        return sendAndReceive(destination, request, Object.class, IpcSendOptions.DEFAULT);
    }

    /**
     * Sends a request with options, and waits for the reply as a message.
     *
     * @param <R> the type of the reply's payload
     * @param destination the destination
     * @param request the request
     * @param replyType the type of the reply's payload
     * @param options how to send it
     * @return the reply, whose {@link IpcHeaders#CLOSEABLE_RESOURCE} the caller closes; {@code null} if the listener's method returned
     * nothing
     */
    public <R> @Nullable Message<R> sendAndReceive(String destination, Message<?> request, Class<R> replyType,
            IpcSendOptions options) {
        return dispatch.request(destination, request, ReplyForm.message(ReplyForm.type(replyType)), options);
    }

    /**
     * Sends a request, and returns a future of the reply. The calling thread sends, and so waits as other calls do while the message
     * is not accepted; the caller may close what the request carries when the call returns. No thread waits for the reply. The future
     * fails with what a call that waits would have thrown, also if the request was not sent.
     *
     * <p>Cancelling the future, or completing it in another way, cancels the request: a listener that has begun goes on, and its reply
     * is closed when it arrives. Futures that depend on this one do not pass their cancellation on.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload
     * @param replyType the type of the reply
     * @return a future of the reply, which the caller closes; of {@code null} if the listener's method returned nothing
     */
    public <R> CompletableFuture<@Nullable R> convertSendAndReceiveAsync(String destination, Object request,
            Class<R> replyType) {
        return convertSendAndReceiveAsync(destination, request, replyType, IpcSendOptions.DEFAULT);
    }

    /**
     * Sends a request with options, and returns a future; see {@link #convertSendAndReceiveAsync(String, Object, Class)}.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload
     * @param replyType the type of the reply
     * @param options how to send it
     * @return a future of the reply, which the caller closes; of {@code null} if the listener's method returned nothing
     */
    public <R> CompletableFuture<@Nullable R> convertSendAndReceiveAsync(String destination, Object request,
            Class<R> replyType, IpcSendOptions options) {
        return dispatch.requestAsync(destination, () -> message(request, options), payload(ReplyForm.type(replyType)),
                options);
    }

    /**
     * Sends a request with options, and returns a future of a reply of a generic type; see {@link
     * #convertSendAndReceiveAsync(String, Object, Class)}.
     *
     * @param <R> the type of the reply
     * @param destination the destination
     * @param request the payload
     * @param replyType the type of the reply
     * @param options how to send it
     * @return a future of the reply, which the caller closes; of {@code null} if the listener's method returned nothing
     */
    public <R> CompletableFuture<@Nullable R> convertSendAndReceiveAsync(String destination, Object request,
            ParameterizedTypeReference<R> replyType, IpcSendOptions options) {
        return dispatch.requestAsync(destination, () -> message(request, options), payload(ReplyForm.type(replyType)),
                options);
    }

    /**
     * Sends a request with options, and returns a future of the reply as a message; see {@link
     * #convertSendAndReceiveAsync(String, Object, Class)}.
     *
     * @param <R> the type of the reply's payload
     * @param destination the destination
     * @param request the request
     * @param replyType the type of the reply's payload
     * @param options how to send it
     * @return a future of the reply, whose {@link IpcHeaders#CLOSEABLE_RESOURCE} the caller closes; of {@code null} if the listener's
     * method returned nothing
     */
    public <R> CompletableFuture<@Nullable Message<R>> sendAndReceiveAsync(String destination, Message<?> request,
            Class<R> replyType, IpcSendOptions options) {
        return dispatch.requestAsync(destination, () -> request, ReplyForm.message(ReplyForm.type(replyType)), options);
    }

    /** Converts a payload. If this fails, what was handed over is closed. */
    private Message<?> message(Object payload, IpcSendOptions options) {
        try {
            return doConvert(payload, null, null);
        } catch (Throwable e) {
            if (options.handOver()) {
                dispatch.discard(payload);
            }
            throw e;
        }
    }

    private <R> ReplyForm<R, R> payload(MessageType<R> type) {
        return ReplyForm.payload(type, dispatch::discard);
    }

    /**
     * Returns the destinations that this template has sent to or is waiting for, sorted by name, each with the id of the process that
     * serves it. The id is 0 if the template is not connected at the moment: no process has served the destination yet, the process
     * has ended, or it is in another container and cannot be seen from here. No system call.
     *
     * @return the ids of the processes by destination
     */
    public Map<String, Long> destinations() {
        return dispatch.destinations();
    }

    /** {@return the topics that this template publishes to and that had subscribers, sorted} No system call. */
    public SortedSet<String> topics() {
        return dispatch.topics();
    }

    /** Closes the connections to all destinations, also after a failure. Does not block. Idempotent. */
    @Override
    public void close() {
        dispatch.close();
    }
}
