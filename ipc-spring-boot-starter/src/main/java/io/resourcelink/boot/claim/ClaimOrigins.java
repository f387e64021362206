package io.resourcelink.boot.claim;

import java.time.Duration;

import io.resourcelink.claim.Claim;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

/** Asks the origins of far claims to do something. Thread-safe. */
public interface ClaimOrigins {

    /**
     * {@return whether at least one origin of a claim may be asked} Connects to none.
     *
     * @param claim a claim whose signature is right
     */
    default boolean isAllowed(Claim claim) {
        return !claim.origins().isEmpty();
    }

    /**
     * Removes the name of a payload at its origin.
     *
     * @param claim a claim whose signature is right
     * @param timeout how long to wait at most
     * @return whether there was such a payload
     * @throws ClaimUnavailableException if no origin may be asked, or none could be
     * @throws InvalidClaimException if no origin accepts the signed request
     */
    boolean settle(Claim claim, Duration timeout);

    /**
     * Starts the time to live of a payload again.
     *
     * @param claim a claim whose signature is right
     * @param timeout how long to wait at most
     * @return what the origin says is the new claim; nobody has checked it
     * @throws ClaimGoneException if the payload is gone for good
     * @throws ClaimUnavailableException if no origin may be asked, or none could be
     * @throws InvalidClaimException if no origin accepts the signed request, or the answer is no claim
     */
    Claim renew(Claim claim, Duration timeout);
}
