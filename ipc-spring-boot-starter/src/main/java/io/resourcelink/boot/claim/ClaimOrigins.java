package io.resourcelink.boot.claim;

import java.time.Duration;

import io.resourcelink.claim.Claim;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

/** Asks the origins of far claims to do something. Thread-safe. */
public interface ClaimOrigins {

    /**
     * Removes the name of a payload at its origin.
     *
     * @param claim a claim whose signature is right
     * @param timeout how long to wait at most
     * @return whether there was such a payload
     * @throws ClaimUnavailableException if no origin could be asked
     * @throws InvalidClaimException if no origin may be asked
     */
    boolean settle(Claim claim, Duration timeout);

    /**
     * Starts the time to live of a payload again.
     *
     * @param claim a claim whose signature is right
     * @param timeout how long to wait at most
     * @return what the origin says is the new claim; nobody has checked it
     * @throws ClaimGoneException if the payload is gone for good
     * @throws ClaimUnavailableException if no origin could be asked
     * @throws InvalidClaimException if no origin may be asked
     */
    Claim renew(Claim claim, Duration timeout);
}
