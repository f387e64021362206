package io.resourcelink.boot.claim;

import java.time.Duration;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

/**
 * Payloads that travel as claims. A message through a broker carries a {@link Claim}, a short text, and its receiver opens the payload
 * with it. On the host that published it, that copies nothing. On another host, the bytes are fetched once for the whole host.
 *
 * <p>Of the exceptions, only {@link ClaimUnavailableException} and {@link io.resourcelink.error.OutOfSpaceException} may be cured by a
 * retry. Thread-safe. The bean is called {@code claims}.
 *
 * {@snippet lang = java :
 * record Order(int number, Claim picture) {}
 *
 * Claim claim = claims.publish(Content.of(picture), ClaimOptions.defaults().withTtl(Duration.ofHours(1)));
 * kafka.send("orders", new Order(7, claim));
 *
 * try (ResourceLink link = claims.open(order.picture())) {
 *     show(link.payload());
 * }
 * }
 */
public interface Claims {

    /**
     * Publishes a payload under a key that nobody can guess. It is kept without a holder until its time to live is over. If a
     * transaction with synchronization is active on this thread, and is rolled back, the payload is removed. Transactions of Kafka,
     * JMS and RabbitMQ have no synchronization: a payload whose message they roll back stays until its time to live is over.
     *
     * @param <X> what producing the content may throw
     * @param content the payload
     * @param options kind, time to live and origins; without origins, those of {@code ipc.claims.origins}
     * @return the claim
     * @throws X what producing the content throws
     * @throws IllegalArgumentException if nothing gives it a time to live, or an origin is not valid
     * @throws io.resourcelink.error.OutOfSpaceException if there is no room, or this process may keep no more
     */
    <X extends Exception> Claim publish(Content<X> content, ClaimOptions options) throws X;

    /**
     * Opens the payload of a claim. If it is far, waits and fetches at most for {@code ipc.claims.fetch-timeout}.
     *
     * @param claim any claim
     * @return the link, which the caller closes
     * @throws InvalidClaimException if it is not signed as needed, or must not be fetched
     * @throws ClaimGoneException if the payload is gone for good
     * @throws ClaimUnavailableException if it cannot be had now. Also if the thread is interrupted, whose flag is then set again
     * @throws io.resourcelink.error.OutOfSpaceException if there is no room on this host
     */
    ResourceLink open(Claim claim);

    /**
     * Opens the payload of a claim, and waits and fetches at most for a time if it is far.
     *
     * @param claim any claim
     * @param timeout how long
     * @return the link, which the caller closes
     * @throws InterruptedException if the thread is interrupted meanwhile
     * @throws InvalidClaimException if it is not signed as needed, or must not be fetched
     * @throws ClaimGoneException if the payload is gone for good
     * @throws ClaimUnavailableException if it cannot be had in time
     * @throws io.resourcelink.error.OutOfSpaceException if there is no room on this host
     */
    ResourceLink open(Claim claim, Duration timeout) throws InterruptedException;

    /**
     * {@return whether the payload is, or was, in a directory of this host} Opening it then copies nothing.
     *
     * @param claim any claim
     */
    boolean isNear(Claim claim);

    /**
     * Starts the time to live of a payload again, for example before a long retry. The payload of a far claim is renewed by its origin.
     *
     * @param claim any claim
     * @return a claim for the same payload with the later end
     * @throws InvalidClaimException if it is not signed as needed
     * @throws ClaimGoneException if the payload is gone for good
     * @throws ClaimUnavailableException if it is far, and its origin cannot be asked now
     */
    Claim renew(Claim claim);

    /**
     * Removes a payload's name. Links that are open keep the memory. Call this after the message was acknowledged, never before, and only
     * if nobody else may still need the payload: neither a second consumer group, nor a reader of the dead-letter topic. Without it, the
     * payload goes when its time to live is over. A far payload is removed by its origin, if that can be reached now.
     *
     * @param claim any claim
     * @return whether there was such a payload
     * @throws InvalidClaimException if it is not signed as needed
     */
    boolean settle(Claim claim);

    /**
     * {@return how long a message with this claim may wait: what is left of the claim's time, less a tenth of it and at most less five
     * seconds} So the message expires before its payload. At least a millisecond, because zero often means for ever. Give it to a template
     * that has a time to live, such as {@code JmsTemplate}.
     *
     * @param claim any claim
     */
    Duration messageTtl(Claim claim);
}
