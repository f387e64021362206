package io.resourcelink.boot.messaging;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

import io.resourcelink.channel.DestinationKind;

/**
 * Marks a method of a bean that is called with each message to a destination, or a class of beans with such methods. The
 * method may have
 *
 * <ul>
 * <li>one parameter for the payload, with {@code @Payload} or without annotation: the messages have its type,
 * <li>a {@link org.springframework.messaging.Message} of the payload, with its headers,
 * <li>parameters with {@code @Header} or {@code @Headers}, and {@code MessageHeaders}.
 * </ul>
 *
 * <p>The result of the method is the reply if the sender waits for one. Otherwise it is sent to the destination of
 * {@link org.springframework.messaging.handler.annotation.SendTo @SendTo}. A sender that waits is also told if the
 * method returns nothing or throws.
 *
 * <p>If the method returns a future, or a {@code Mono} or the like of another reactive library, its value is the result.
 * The listener's thread waits for it before anything is closed and before it takes the next message.
 *
 * <p>The regions, links and senders of a message belong to the method only until its result is complete: they are closed
 * after that. To keep one, {@code retain()} it. The method gives its result away: the result is closed after it was
 * sent.
 *
 * <p>By default, one process at a time serves a destination. If another process serves it, this process takes over when the other
 * one stops or ends. With {@link #kind}, several processes share the messages, or each of them gets every message.
 *
 * <p>On a class, the annotation makes a listener of its methods with {@link IpcHandler}, one for each payload type. What is
 * said above of the method holds for each of them.
 *
 * <p>The attributes may contain placeholders (<code>${...}</code>) and expressions (<code>#{...}</code>). A method or
 * class may have several of these annotations, one for each destination.
 */
@Target({ ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(IpcListeners.class)
public @interface IpcListener {

    /**
     * The destination.
     *
     * @return letters, digits, dots, hyphens and underscores, up to 64 of them, beginning with a letter
     */
    @AliasFor("value")
    String destination() default "";

    /**
     * The destination.
     *
     * @return the same as {@link #destination()}
     */
    @AliasFor("destination")
    String value() default "";

    /**
     * The name of the listener in the {@link IpcListenerEndpointRegistry}.
     *
     * @return the name; the destination by default
     */
    String id() default "";

    /**
     * How the destination is served. All processes that serve a destination must say the same: a listener that does not agree with
     * those of living processes fails the start.
     *
     * <ul>
     * <li>{@code SINGLE}: by one process at a time, in order; others stand by.
     * <li>{@code QUEUE}: by competing consumers, as a queue: each message goes to one of the processes, the one that has most room.
     * <li>{@code TOPIC}: by subscribers: each of them gets every message that {@link IpcTemplate#publish} publishes while it
     * is subscribed.
     * </ul>
     *
     * @return the kind
     */
    DestinationKind kind() default DestinationKind.SINGLE;

    /**
     * Whether a message for which the subscriber of a topic has no room is dropped for it at once. Otherwise its publisher waits, at
     * most for its send time-out. Only for a topic. Dropped messages are counted at both ends.
     *
     * @return {@code true} or {@code false}; {@code ipc.messaging.listener.dropping} by default
     */
    String dropping() default "";

    /**
     * The number of threads that receive. With more than one, messages are handled concurrently and in no order.
     *
     * @return the number; {@code ipc.messaging.listener.concurrency} by default
     */
    String concurrency() default "";

    /**
     * How many messages of one sending process may be on their way: sent, and not yet handled. A sender that has reached the
     * number waits.
     *
     * @return the number; {@code ipc.messaging.listener.prefetch} by default
     */
    String prefetch() default "";

    /**
     * How many bytes of one sending process may be on their way. The regions and links that a message carries count with their
     * size, so this limits the shared memory that a slow listener keeps occupied. A message is sent while fewer bytes are on
     * their way, so it may be larger than that.
     *
     * @return the size with a unit, for example {@code "64MB"}; {@code ipc.messaging.listener.prefetch-size} by default
     */
    String prefetchSize() default "";

    /**
     * The age from which on a message is dropped instead of being handled. The age counts from the call that sends, with
     * all waits. Dropped messages are counted; the sender of a request is told.
     *
     * @return the age with a unit, for example {@code "2s"}; {@code ipc.messaging.listener.max-age} by default
     */
    String maxAge() default "";

    /**
     * Whether the listener starts with the context.
     *
     * @return {@code true} or {@code false}; {@code ipc.messaging.listener.auto-startup} by default
     */
    String autoStartup() default "";

    /**
     * The handler of exceptions of the method, not of errors. It is called at each attempt, before a retry.
     *
     * @return the name of an {@link IpcListenerErrorHandler} bean; without one, exceptions are logged
     */
    String errorHandler() default "";

    /**
     * What takes a message that the method has failed to handle, after the last retry. The sender of a request is told of the
     * failure in any case. A message that cannot be read is not taken, nor one that was handled and whose result
     * cannot be sent.
     *
     * @return the name of an {@link IpcMessageRecoverer} bean, or a destination: the message is sent there, with its links open
     * and the headers of {@link IpcFailureHeaders}; without one, failures are logged
     */
    String onFailure() default "";
}
