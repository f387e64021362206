package io.resourcelink.boot.messaging;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Has a bean's method called with each message that is sent to a destination. The method may have
 *
 * <ul>
 * <li>one parameter for the payload, annotated with {@code @Payload} or with nothing: the messages are of its type,
 * <li>a {@link org.springframework.messaging.Message} of the payload, with its headers,
 * <li>parameters annotated with {@code @Header} or {@code @Headers}, and {@code MessageHeaders}.
 * </ul>
 *
 * <p>What it returns is the reply if the sender waits for one, and goes to the destination that
 * {@link org.springframework.messaging.handler.annotation.SendTo @SendTo} names otherwise. If the sender waits and it
 * returns nothing or throws, the sender is told that.
 *
 * <p>What the message carries is lent to the method: regions, links and senders are closed when the method has returned. To
 * keep one, {@code retain()} it. What it returns it gives away: that is closed when it has been sent.
 *
 * <p>A destination is served by one process at a time. If another one serves it already, this one takes over when that
 * one ends.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface IpcListener {

    /**
     * The destination.
     *
     * @return letters, digits, dots, hyphens and underscores, up to 64 of them, the first a letter; may have
     * <code>${...}</code> in it
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
     * The name by which {@link IpcListenerEndpointRegistry} knows the listener.
     *
     * @return the name; the destination by default
     */
    String id() default "";

    /**
     * How many threads receive. With more than one, messages are handled at the same time and in no order.
     *
     * @return the number; may be <code>${...}</code>; {@code ipc.messaging.listener.concurrency} by default
     */
    String concurrency() default "";

    /**
     * Whether it is started with the context.
     *
     * @return {@code true} or {@code false}; may be <code>${...}</code>; {@code ipc.messaging.listener.auto-startup} by
     * default
     */
    String autoStartup() default "";

    /**
     * Who is told if the method throws.
     *
     * @return the name of a bean that is an {@link IpcListenerErrorHandler}; without it, the failure is logged
     */
    String errorHandler() default "";
}
