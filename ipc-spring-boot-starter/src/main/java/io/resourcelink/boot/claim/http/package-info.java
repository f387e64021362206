/**
 * The bytes of claims over HTTP. On the producer's host, {@link io.resourcelink.boot.claim.http.ClaimOrigin} gives out what was
 * published as a claim. On another host, {@link io.resourcelink.boot.claim.http.HttpClaimFetcher} fetches it.
 *
 * <p>Both are one resource at one address. A request names its claim in {@code Authorization} alone:
 *
 * <pre>
 *   GET     all bytes, or one range of them
 *   HEAD    the length; with Want-Repr-Digest also the digest of all bytes
 *   POST    starts the time to live again; the response is the text of the claim with its later end
 *   DELETE  settles the claim
 * </pre>
 *
 * <p>The digest is the SHA-256 of RFC 9530, {@code Repr-Digest}. The origin computes it while it sends the bytes, so it cannot be
 * in front of them. The fetcher asks for it afterwards with a HEAD request, unless the origin knew it before.
 */
@NullMarked
package io.resourcelink.boot.claim.http;

import org.jspecify.annotations.NullMarked;
