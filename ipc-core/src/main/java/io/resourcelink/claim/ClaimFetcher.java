package io.resourcelink.claim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Brings the bytes of a far claim to this host. It is called with claims whose signature is right, by one process of the host
 * at a time for each claim. Implementations are thread-safe: different claims are fetched at the same time.
 */
@FunctionalInterface
public interface ClaimFetcher {

    /**
     * Hands over all bytes of the payload in order, or throws. It returns only when it has checked what it can, for instance a
     * digest that came along: the replica appears after this method has returned, and not before. If it throws, nothing appears
     * and nothing is left. It checks the length that the other side announces before it appends the first byte.
     *
     * @param claim which payload, and where it is
     * @param sink takes the bytes
     * @throws IOException if the bytes could not be brought now; the caller gets a {@link
     * io.resourcelink.error.ClaimUnavailableException}
     * @throws InterruptedException if the thread is interrupted
     * @throws io.resourcelink.error.ClaimGoneException if the payload is gone for good
     * @throws io.resourcelink.error.ClaimUnavailableException if a retry may help
     * @throws io.resourcelink.error.InvalidClaimException if the claim must not be fetched
     */
    void fetch(Claim claim, Sink sink) throws IOException, InterruptedException;

    /** Takes the bytes of one fetch. Used by the thread that fetches. */
    interface Sink {

        /** {@return how many bytes it has taken: where a broken transfer resumes} */
        long position();

        /** {@return how much time is left for the whole fetch; zero or less if it is over} */
        Duration remaining();

        /**
         * Takes the next bytes. Chunks of some 256 KiB on the heap cost least.
         *
         * @param bytes the remaining bytes of a buffer, whose position moves to its limit
         * @throws io.resourcelink.error.ClaimUnavailableException if the time is over, or there are more bytes than the claim
         * says
         * @throws io.resourcelink.error.OutOfSpaceException if there is no room for them
         * @throws IllegalStateException if the factory was closed
         */
        void append(ByteBuffer bytes);
    }
}
