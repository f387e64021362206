package io.resourcelink.claim;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.internal.format.SegmentKey;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

/**
 * Says which published payload is meant, where it is, and proves that a process with the secret has said so. It travels in a
 * message in place of the payload, as one line of printable ASCII: {@link #toText()}.
 *
 * <p>Immutable. {@link #parse} accepts a text of any origin and checks only its form; {@link ClaimSigner#verify} checks the
 * signature. {@link LocalClaims} does so before it uses a claim. Two claims are equal if their texts are. No method but
 * {@link #toText()} shows the signature.
 *
 * <p>It is no record, because then the signature would be a component that reflection, mappers and logs show.
 */
public final class Claim {

    /** The most characters of a text that {@link #parse} looks at. */
    public static final int MAX_TEXT = 2048;

    /** The most addresses that a claim has. */
    public static final int MAX_ORIGINS = 4;

    /** The most characters of an address. */
    public static final int MAX_ORIGIN = 255;

    private final SpaceId space;
    private final String key;
    private final ResourceKind kind;
    private final long nonce;
    private final long length;
    private final Instant expiresAt;
    private final List<URI> origins;
    private final String signature;

    /**
     * Makes a claim without a signature.
     *
     * @param space the directory that the segment is in
     * @param key the segment's key
     * @param kind the segment's kind
     * @param nonce the segment's {@link io.resourcelink.ResourceLink#nonce() nonce}
     * @param length bytes of its payload
     * @param expiresAt when its time to live is over; a fraction of a millisecond is dropped
     * @param origins base addresses at which other hosts get the bytes: http or https, with a host, without user, query and
     * fragment, at most {@value #MAX_ORIGINS} of at most {@value #MAX_ORIGIN} characters of ASCII
     * @throws InvalidKeyException if the key is not valid
     * @throws IllegalArgumentException if another argument is not as said
     */
    public Claim(SpaceId space, String key, ResourceKind kind, long nonce, long length, Instant expiresAt,
            List<URI> origins) {
        this(space, key, kind, nonce, length, expiresAt, origins, "");
    }

    private Claim(SpaceId space, String key, ResourceKind kind, long nonce, long length, Instant expiresAt,
            List<URI> origins, String signature) {
        this.space = Objects.requireNonNull(space, "space");
        this.key = SegmentKey.checked(key);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.nonce = nonce;
        this.length = checkedLength(length);
        this.expiresAt = ClaimText.checkedTime(expiresAt.truncatedTo(ChronoUnit.MILLIS));
        this.origins = Origins.checked(origins);
        this.signature = signature;
    }

    private static long checkedLength(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("A payload has zero bytes or more; the claim says " + length + ".");
        }
        return length;
    }

    /**
     * Reads a text. The signature is not checked, because that needs the secret.
     *
     * @param text any characters
     * @return the claim, whose {@link #toText() text} is exactly this one
     * @throws InvalidClaimException if it is no claim; never another exception
     */
    public static Claim parse(CharSequence text) {
        return ClaimText.parse(text);
    }

    /** {@return the same claim with another signature} */
    Claim signed(String newSignature) {
        return new Claim(space, key, kind, nonce, length, expiresAt, origins, newSignature);
    }

    /** {@return the signature as text, empty if there is none} */
    String signature() {
        return signature;
    }

    /** {@return the directory that the segment is in} */
    public SpaceId space() {
        return space;
    }

    /** {@return the segment's key} */
    public String key() {
        return key;
    }

    /** {@return the segment's kind} */
    public ResourceKind kind() {
        return kind;
    }

    /** {@return the segment's nonce, which tells it from others that had the same key} */
    public long nonce() {
        return nonce;
    }

    /** {@return bytes of the payload} */
    public long length() {
        return length;
    }

    /**
     * {@return when the time to live is over, by the wall clock of the producer} It serves to refuse a fetch early. Near, and
     * at the origin, the segment's own clock decides.
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** {@return base addresses at which other hosts get the bytes} */
    public List<URI> origins() {
        return origins;
    }

    /** {@return whether it has a signature, right or wrong} */
    public boolean isSigned() {
        return !signature.isEmpty();
    }

    /**
     * {@return one line of at most {@value #MAX_TEXT} letters, digits and {@code - _ . ~}, with the signature} Treat a signed
     * text as a secret: for as long as the payload lives, it gives access to it.
     */
    public String toText() {
        return ClaimText.unsigned(this) + signature;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Claim claim && toText().equals(claim.toText());
    }

    @Override
    public int hashCode() {
        return Objects.hash(space, key, nonce);
    }

    /** {@return what it says, for people, without the signature} */
    @Override
    public String toString() {
        return "Claim[" + key.replaceAll("\\p{C}", "?") + ", " + kind.label() + ", " + length + " bytes, until "
                + expiresAt + ", space " + space + ", origins " + origins + (isSigned() ? ", signed" : ", unsigned")
                + "]";
    }
}
