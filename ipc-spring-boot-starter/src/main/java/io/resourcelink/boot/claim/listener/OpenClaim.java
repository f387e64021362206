package io.resourcelink.boot.claim.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the parameter of a listener's method that gets the payload of the claim in the message. The parameter has the type
 * {@link io.resourcelink.ResourceLink}. The method has {@code @KafkaListener}, {@code @RabbitListener} or {@code @JmsListener},
 * or it is one of the methods of a class that has.
 *
 * <pre>{@code
 * @KafkaListener(topics = "orders")
 * void handle(Order order, @OpenClaim ResourceLink scan) { ... }   // record Order(long number, Claim scan) {}
 * }</pre>
 *
 * <p>The claim is the converted message itself, its text, or the one component of type {@link io.resourcelink.claim.Claim} that
 * the converted record or bean has. It is opened in the listener's thread, before the method is called. A far claim is fetched
 * then, which takes as long as {@code Claims} waits at most.
 *
 * <p>The link is closed when the method has returned or thrown. If the method returns a {@code CompletableFuture} or a {@code Mono}, the
 * link is closed when that has completed. The method must not close it. To use it for longer, {@linkplain
 * io.resourcelink.ResourceLink#retain() retain} it.
 *
 * <p>If a retry cannot help, the method is not called, and the failure is a {@link ClaimArgumentException}. Kafka does not
 * retry such messages, and RabbitMQ rejects them. Any other failure to open the claim, such as {@link
 * io.resourcelink.error.ClaimUnavailableException}, is thrown as it is, and the listener's container retries.
 *
 * <p>Refused at start: a method with more than one such parameter, listeners of batches, and function beans of Spring Cloud Stream.
 * They take the claim as it is, and open it with {@code Claims} in a try-with-resources statement.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface OpenClaim {

    /** {@return the name of the record's component or the bean's property, needed only if several have the type of claims} */
    String value() default "";
}
