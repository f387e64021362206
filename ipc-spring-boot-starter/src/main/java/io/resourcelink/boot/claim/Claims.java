package io.resourcelink.boot.claim;

import java.time.Duration;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;

/**
 * Publishes payloads as claims, and opens claims: near ones without a copy, far ones fetched once for each host. Thread-safe.
 */
public interface Claims {

    /**
     * Publishes a payload that is kept without a holder until its time to live is over.
     *
     * @param <X> what producing the content may throw
     * @param content the payload
     * @param options kind, time to live and origins
     * @return the claim
     * @throws X what producing the content throws
     * @throws io.resourcelink.error.OutOfSpaceException if there is no room
     */
    <X extends Exception> Claim publish(Content<X> content, ClaimOptions options) throws X;

    /**
     * Opens the payload of a claim.
     *
     * @param claim any claim
     * @return the link, which the caller closes
     * @throws io.resourcelink.error.InvalidClaimException if it is not signed as needed
     * @throws io.resourcelink.error.ClaimGoneException if the payload is gone for good
     * @throws io.resourcelink.error.ClaimUnavailableException if a retry may help
     */
    ResourceLink open(Claim claim);

    /**
     * {@return how long a message with a claim may wait: what is left of the claim's time to live, less a margin}
     *
     * @param claim any claim
     */
    Duration messageTtl(Claim claim);

    /**
     * Takes away the payload's name, after the message was acknowledged.
     *
     * @param claim any claim
     * @return whether there was such a payload
     */
    boolean settle(Claim claim);
}
