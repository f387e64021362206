package io.resourcelink.cli;

import io.resourcelink.claim.Claim;

/**
 * A claim, and what was found out about it.
 *
 * @param claim what it says
 * @param signature whether it is signed right
 * @param near whether its directory is on this host
 * @param expired whether its time is over by this host's clock
 */
record ShownClaim(Claim claim, Signature signature, boolean near, boolean expired) {

    /** What is known of a signature. */
    enum Signature {
        /** It is of one of the secrets. */
        VALID,
        /** It is of none of the secrets. */
        WRONG,
        /** There is one, and no secret was given. */
        UNCHECKED,
        /** There is none. */
        MISSING
    }
}
