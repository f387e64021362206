/**
 * Claims: small texts that travel in a message in place of a payload, and lead the receiver to it.
 *
 * <p>A {@link io.resourcelink.claim.Claim} names one published segment and says where it is. On the host of the producer,
 * {@link io.resourcelink.claim.LocalClaims} opens the segment itself, with no byte copied: the claim is <em>near</em>. On any
 * other host it is <em>far</em>: one process fetches the bytes by way of a {@link io.resourcelink.claim.ClaimFetcher} into a
 * segment there, the <em>replica</em>, and all processes of that host open it. {@link io.resourcelink.claim.ClaimSigner} proves
 * that a claim was made by a process that has the secret.
 */
@NullMarked
package io.resourcelink.claim;

import org.jspecify.annotations.NullMarked;
