package io.resourcelink.claim;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.resourcelink.error.InvalidClaimException;

/**
 * Signs claims, and requests for their bytes, with secrets that the processes of all hosts share. A signature is an HMAC-SHA-256
 * (RFC 2104). It says that a process with the secret made the claim. It hides nothing.
 *
 * <p>The first secret signs, and each of them is accepted. So a secret is changed in three steps: add the new one behind the
 * old one everywhere, put it first everywhere, and remove the old one when the last claim that it signed has expired.
 *
 * <p>Immutable and thread-safe. It keeps copies of the secrets, and shows them nowhere.
 */
public final class ClaimSigner {

    /** The fewest bytes of a secret: as many as a signature has. */
    public static final int MIN_SECRET = 32;

    private static final String ALGORITHM = "HmacSHA256";

    /** In front of what is signed for a request, so that it is no claim. The text of a claim begins with {@code ipc1.} */
    private static final String REQUEST = "ipc-request1.";
    private static final String SCHEME = "IPC-Claim ";
    private static final int MAX_HEADER = SCHEME.length() + 20 + 44 + Claim.MAX_TEXT;
    private static final int LONGEST_METHOD = 16;

    private final List<SecretKeySpec> secrets;

    private ClaimSigner(List<SecretKeySpec> secrets) {
        this.secrets = secrets;
    }

    /**
     * Makes a signer.
     *
     * @param secrets at least one, each of at least {@value #MIN_SECRET} random bytes; the first one signs
     * @return the signer
     * @throws IllegalArgumentException if there is none, or one is shorter
     */
    public static ClaimSigner of(List<byte[]> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("A signer needs a secret.");
        }
        List<SecretKeySpec> keys = new ArrayList<>();
        for (byte[] secret : secrets) {
            if (secret.length < MIN_SECRET) {
                throw new IllegalArgumentException("Secret " + (keys.size() + 1) + " of claims has " + secret.length
                        + " bytes. Use " + MIN_SECRET + " random bytes or more (openssl rand -base64 32).");
            }
            keys.add(new SecretKeySpec(secret, ALGORITHM));
        }
        return new ClaimSigner(List.copyOf(keys));
    }

    /**
     * Makes a signer of secrets in Base64, as {@code openssl rand -base64 32} writes them.
     *
     * @param secrets at least one, each with or without padding; the first one signs
     * @return the signer
     * @throws IllegalArgumentException if there is none, or one is not Base64 or has fewer than {@value #MIN_SECRET} bytes; the
     * message does not show it
     */
    public static ClaimSigner ofBase64(List<String> secrets) {
        List<byte[]> decoded = new ArrayList<>();
        for (String secret : secrets) {
            try {
                decoded.add(Base64.getDecoder().decode(secret));
            } catch (IllegalArgumentException _) {
                throw new IllegalArgumentException("Secret " + (decoded.size() + 1) + " of claims is not Base64. Use "
                        + MIN_SECRET + " random bytes or more (openssl rand -base64 32).");
            }
        }
        return of(decoded);
    }

    /**
     * Signs a claim.
     *
     * @param claim what to sign; a signature that it has is replaced
     * @return the same claim with a signature of the first secret
     */
    public Claim sign(Claim claim) {
        return claim.signed(ClaimText.encoded(mac(secrets.getFirst(), ClaimText.unsigned(claim))));
    }

    /**
     * {@return whether a claim has a signature of one of the secrets} Takes the same time for right and wrong ones.
     *
     * @param claim any claim
     */
    public boolean verifies(Claim claim) {
        return matches(claim.signature(), ClaimText.unsigned(claim));
    }

    /**
     * Checks a claim before it is used.
     *
     * @param claim any claim
     * @return the same claim
     * @throws InvalidClaimException if it has no signature of one of the secrets
     */
    public Claim verify(Claim claim) {
        if (!verifies(claim)) {
            throw new InvalidClaimException(claim.isSigned()
                    ? "it was not signed with any of this process's secrets. Sender and receiver need the same"
                            + " secrets (ipc.claims.secrets)"
                    : "it has no signature, and this process has secrets (ipc.claims.secrets)");
        }
        return claim;
    }

    /**
     * Allows one kind of request for a payload until a time: the value of the header {@code Authorization}. It is valid for this
     * method alone, so a reader's header removes nothing.
     *
     * @param method the method in upper case, such as {@code GET}
     * @param claim which payload
     * @param expiresAt until when; a fraction of a millisecond is dropped
     * @return the value: the scheme {@code IPC-Claim}, a space, and letters, digits and {@code - _ . ~}
     * @throws IllegalArgumentException if the method is not 1 to 16 upper-case letters
     */
    public String authorize(String method, Claim claim, Instant expiresAt) {
        long expires = expiresAt.toEpochMilli();
        String signature = ClaimText.encoded(mac(secrets.getFirst(), request(method, expires, claim.toText())));
        return SCHEME + expires + '.' + signature + '.' + claim.toText();
    }

    /**
     * Checks the header {@code Authorization} of a request.
     *
     * @param method the method of the request
     * @param header the value of the header
     * @param now the time now
     * @return the claim that the request is for, whose signature is right, too
     * @throws InvalidClaimException if it was not made by {@link #authorize} with one of the secrets, is for another method, or
     * its time is over
     * @throws IllegalArgumentException if the method is not 1 to 16 upper-case letters
     */
    public Claim verify(String method, CharSequence header, Instant now) {
        Objects.requireNonNull(now, "now");
        String[] fields = header.length() > MAX_HEADER ? new String[0] : header.toString().split("\\.", 3);
        if (fields.length != 3 || !fields[0].startsWith(SCHEME)) {
            throw new InvalidClaimException("the request has no header Authorization that this version knows");
        }
        long expires = expires(fields[0].substring(SCHEME.length()));
        if (!matches(fields[1], request(method, expires, fields[2]))) {
            throw new InvalidClaimException("the request is not signed with one of this process's secrets"
                    + " (ipc.claims.secrets), or for another method");
        }
        if (now.toEpochMilli() >= expires) {
            throw new InvalidClaimException(
                    "the time of the signed request is over. Are the clocks of both hosts right?");
        }
        return verify(Claim.parse(fields[2]));
    }

    /** There is one form of each number. {@code parseLong} also takes zeros and a plus in front, and digits of other scripts. */
    private static long expires(String field) {
        try {
            long expires = Long.parseLong(field);
            if (Long.toString(expires).equals(field)) {
                return expires;
            }
        } catch (NumberFormatException _) {
            // As below.
        }
        throw new InvalidClaimException("the request has no time at which it ends");
    }

    private static String request(String method, long expires, String text) {
        if (method.isEmpty() || method.length() > LONGEST_METHOD
                || !method.chars().allMatch(character -> character >= 'A' && character <= 'Z')) {
            throw new IllegalArgumentException("A method is 1 to " + LONGEST_METHOD + " upper-case letters.");
        }
        return REQUEST + method + '.' + expires + '.' + text;
    }

    /** Compares with the signature of each secret, and stops at none. */
    private boolean matches(String signature, String text) {
        byte[] given = Objects.requireNonNullElse(ClaimText.signature(signature), new byte[0]);
        boolean found = false;
        for (SecretKeySpec secret : secrets) {
            found |= MessageDigest.isEqual(mac(secret, text), given);
        }
        return found;
    }

    private static byte[] mac(SecretKeySpec secret, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no " + ALGORITHM + ", which every JVM must have.", e);
        }
    }

    @Override
    public String toString() {
        return "ClaimSigner[" + secrets.size() + " secrets]";
    }
}
