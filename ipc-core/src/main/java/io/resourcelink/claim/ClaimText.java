package io.resourcelink.claim;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

/*
 *   ipc1.SPACE.KIND.NONCE.LENGTH.EXPIRES.KEY.ORIGINS.SIGNATURE
 *
 *   SPACE      32 hexadecimal digits
 *   KIND       m shared memory, f mapped file
 *   NONCE      16 hexadecimal digits
 *   LENGTH     decimal, without leading zeros
 *   EXPIRES    decimal, milliseconds since the epoch, up to the year 9999
 *   KEY        base64url of its UTF-8 bytes, without padding
 *   ORIGINS    base64url of each address, separated by '~'; empty if there is none
 *   SIGNATURE  base64url of an HMAC-SHA-256 over all characters before it; empty if there is none
 *
 * All characters are letters, digits and "- _ . ~". So a text needs no quoting in JSON, in headers of HTTP (token68), in an
 * address or in a shell. There is exactly one text for each claim: a text that differs from the one that its own fields make is
 * refused. So nobody can change a text without changing what it says, and the signature can be checked from the fields.
 */

/** The form of a claim as text. */
final class ClaimText {

    private static final String VERSION = "ipc1";
    private static final int FIELDS = 9;
    private static final int SIGNATURE_BYTES = 32;
    private static final long LATEST = 253_402_300_799_999L;
    private static final HexFormat HEX = HexFormat.of();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private ClaimText() {}

    static Instant checkedTime(Instant expiresAt) {
        if (expiresAt.isBefore(Instant.EPOCH) || expiresAt.isAfter(Instant.ofEpochMilli(LATEST))) {
            throw new IllegalArgumentException("A claim ends between the years 1970 and 9999; this one at " + expiresAt
                    + ".");
        }
        return expiresAt;
    }

    /** {@return the time, or the last one that a text can say} */
    static Instant clamped(Instant time) {
        Instant latest = Instant.ofEpochMilli(LATEST);
        return time.isAfter(latest) ? latest : time;
    }

    /** Everything but the signature, with the dot in front of it. */
    static String unsigned(Claim claim) {
        StringBuilder origins = new StringBuilder();
        for (URI origin : claim.origins()) {
            origins.append(origins.isEmpty() ? "" : "~").append(encoded(origin.toString()));
        }
        return VERSION + '.' + claim.space().value() + '.' + code(claim.kind()) + '.' + HEX.toHexDigits(claim.nonce())
                + '.' + claim.length() + '.' + claim.expiresAt().toEpochMilli() + '.' + encoded(claim.key()) + '.'
                + origins + '.';
    }

    private static String encoded(String text) {
        return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a signature as text} */
    static String encoded(byte[] signature) {
        return ENCODER.encodeToString(signature);
    }

    /** {@return the bytes of a signature, or {@code null} if the text is none} */
    static byte @Nullable [] signature(String text) {
        try {
            byte[] signature = DECODER.decode(text);
            return signature.length == SIGNATURE_BYTES && encoded(signature).equals(text) ? signature : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String code(ResourceKind kind) {
        return switch (kind) {
            case SHARED_MEMORY -> "m";
            case MAPPED_FILE -> "f";
        };
    }

    static Claim parse(CharSequence characters) {
        if (characters.length() > Claim.MAX_TEXT) {
            throw new InvalidClaimException("its text has more than " + Claim.MAX_TEXT + " characters");
        }
        String text = characters.toString();
        String[] fields = text.split("\\.", -1);
        if (!fields[0].equals(VERSION)) {
            throw new InvalidClaimException("its text does not begin with \"" + VERSION + ".\"");
        }
        if (fields.length != FIELDS) {
            throw new InvalidClaimException("its text has " + fields.length + " fields instead of " + FIELDS);
        }
        Claim claim = read(fields);
        if (!claim.toText().equals(text)) {
            throw new InvalidClaimException("its text is not in the one form that its fields have");
        }
        return claim;
    }

    private static Claim read(String[] fields) {
        try {
            Claim claim = new Claim(new SpaceId(fields[1]), decoded(fields[6]), kind(fields[2]),
                    Long.parseUnsignedLong(fields[3], 16), Long.parseLong(fields[4]),
                    Instant.ofEpochMilli(Long.parseLong(fields[5])), origins(fields[7]));
            if (fields[8].isEmpty()) {
                return claim;
            }
            if (signature(fields[8]) == null) {
                throw new InvalidClaimException("its signature is not one");
            }
            return claim.signed(fields[8]);
        } catch (IllegalArgumentException | InvalidKeyException _) {
            // The message of the cause may show hostile text.
            throw new InvalidClaimException("a field of its text has a value that no claim has");
        }
    }

    private static ResourceKind kind(String code) {
        return switch (code) {
            case "m" -> ResourceKind.SHARED_MEMORY;
            case "f" -> ResourceKind.MAPPED_FILE;
            default -> throw new IllegalArgumentException("kind");
        };
    }

    private static List<URI> origins(String field) {
        if (field.isEmpty()) {
            return List.of();
        }
        String[] origins = field.split("~", -1);
        if (origins.length > Claim.MAX_ORIGINS) {
            throw new IllegalArgumentException("origins");
        }
        return Arrays.stream(origins).map(origin -> URI.create(decoded(origin))).toList();
    }

    private static String decoded(String field) {
        return new String(DECODER.decode(field), StandardCharsets.UTF_8);
    }
}
