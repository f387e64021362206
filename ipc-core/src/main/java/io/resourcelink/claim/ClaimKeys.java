package io.resourcelink.claim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The keys of segments that are published as claims, and of replicas. */
final class ClaimKeys {

    private static final String PREFIX = "claim-";
    private static final int BYTES = 16;
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{" + 2 * BYTES + "}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private ClaimKeys() {}

    /** {@return a key that nobody can guess} */
    static String random() {
        byte[] key = new byte[BYTES];
        RANDOM.nextBytes(key);
        return PREFIX + HexFormat.of().formatHex(key);
    }

    /** {@return whether a key may be that of a claim} An application's other segments have no such keys. */
    static boolean isOne(String key) {
        return FORM.matcher(key).matches();
    }

    /** {@return the key of the segment that has a far claim's bytes on this host} */
    static String replica(Claim claim) {
        byte[] texts = (claim.space().value() + claim.key()).getBytes(StandardCharsets.UTF_8);
        byte[] digested = ByteBuffer.allocate(texts.length + 2 * Long.BYTES).put(texts).putLong(claim.nonce())
                .putLong(claim.length()).array();
        return PREFIX + HexFormat.of().formatHex(sha256().digest(digested), 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256, which every JVM must have.", e);
        }
    }
}
