package io.resourcelink.boot.claim.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** The digest of all bytes of a payload, as HTTP carries it (RFC 9530). */
final class ReprDigest {

    static final String HEADER = "Repr-Digest";
    static final String WANTED = "Want-Repr-Digest";
    static final String ANY = "sha-256=10";

    private static final Pattern SHA_256 = Pattern.compile("(?:^|[,\\s])sha-256=:([A-Za-z0-9+/=]{43,44}):");

    private ReprDigest() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256, which every JVM must have.", e);
        }
    }

    /** {@return the value of the header} */
    static String format(byte[] digest) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ':';
    }

    /** {@return the digest, or {@code null} if the header has none that is known} */
    static byte @Nullable [] parse(@Nullable String header) {
        Matcher matcher = header == null || header.length() > 1024 ? null : SHA_256.matcher(header);
        if (matcher == null || !matcher.find()) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(matcher.group(1));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
