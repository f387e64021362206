package io.resourcelink.claim;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

import io.resourcelink.campaign.Lies;
import io.resourcelink.campaign.Outcome;
import io.resourcelink.campaign.Part;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

/**
 * Texts of claims that lie, and headers of requests that lie. A text is refused, or it is exactly the text of what was read; and what was
 * changed in any way has no signature of the secret. A request is refused if it was changed.
 */
public final class ClaimLies implements Part {

    private static final ClaimSigner SIGNER = ClaimSigner.of(List.of("a secret of 32 bytes, or of more"
            .getBytes(StandardCharsets.UTF_8)));
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    private static final String STRANGE = "+/=%& \0\t\n\"\\\u00e9\u0660\uff10\ud83d\uFFFD";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int CLAIMS = 16;
    private static final int EXHAUSTED = 4;
    private static final int REQUESTS = 16;

    private final long number;
    private final byte[] bytes = new byte[4096];
    private Outcome outcome = new Outcome();
    private long accepted;
    private long refused;
    private long requests;

    /**
     * Makes the part.
     *
     * @param number how many texts a seed has
     */
    public ClaimLies(long number) {
        this.number = number;
    }

    @Override
    public String name() {
        return "lies-claims";
    }

    @Override
    public Outcome run(long seed) {
        outcome = new Outcome();
        accepted = 0;
        refused = 0;
        requests = 0;
        SplittableRandom random = new SplittableRandom(seed);
        Lies lies = new Lies(random);
        String[] texts = new String[CLAIMS];
        String[] headers = new String[CLAIMS];
        for (int i = 0; i < CLAIMS; i++) {
            Claim claim = claim(random);
            Claim signed = i % 4 == 0 ? claim : SIGNER.sign(claim);
            texts[i] = signed.toText();
            headers[i] = SIGNER.authorize("GET", SIGNER.sign(claim), NOW.plusSeconds(60));
            if (i < EXHAUSTED) {
                everyCharacterAndLength(texts[i]);
            }
        }
        for (long i = accepted + refused + requests; i < number; i++) {
            int sample = random.nextInt(CLAIMS);
            if (random.nextInt(REQUESTS) == 0) {
                request(headers[sample], damaged(headers[sample], random, lies));
            } else {
                check(texts[sample], damaged(texts[sample], random, lies));
            }
        }
        return outcome.count("texts", accepted + refused).count("read", accepted).count("refused", refused)
                .count("requests", requests);
    }

    private static Claim claim(SplittableRandom random) {
        String key = "claim-" + Long.toHexString(random.nextLong())
                + (random.nextBoolean() ? "" : "\u00fc\ud83d\ude00");
        List<URI> origins = List.of(URI.create("https://a.example:8443/ipc"), URI.create("http://b.example"),
                URI.create("http://[::1]:80/a/b")).subList(0, random.nextInt(4));
        return new Claim(new SpaceId("%016x%016x".formatted(random.nextLong(), random.nextLong())), key,
                random.nextBoolean() ? ResourceKind.SHARED_MEMORY : ResourceKind.MAPPED_FILE, random.nextLong(),
                random.nextLong() >>> (1 + random.nextInt(62)),
                Instant.ofEpochMilli(random.nextLong(253_402_300_799_999L)),
                origins);
    }

    /** Every length, every character of the alphabet at every place, and every bit flip of seven. */
    private void everyCharacterAndLength(String text) {
        long before = accepted + refused;
        for (int length = 0; length <= text.length(); length++) {
            check(text, text.substring(0, length));
        }
        StringBuilder changed = new StringBuilder(text);
        for (int at = 0; at < text.length(); at++) {
            char original = text.charAt(at);
            for (int i = 0; i < ALPHABET.length(); i++) {
                changed.setCharAt(at, ALPHABET.charAt(i));
                check(text, changed.toString());
            }
            for (int bit = 0; bit < 7; bit++) {
                changed.setCharAt(at, (char) (original ^ 1 << bit));
                check(text, changed.toString());
            }
            changed.setCharAt(at, original);
        }
        outcome.count("exhaustive changes", accepted + refused - before);
    }

    private String damaged(String text, SplittableRandom random, Lies lies) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                for (int at = 0; at < text.length(); at++) {
                    bytes[at] = (byte) text.charAt(at);
                }
                yield new String(bytes, 0, lies.damage(bytes, text.length()), StandardCharsets.ISO_8859_1);
            }
            case 1 -> {
                int at = random.nextInt(text.length());
                yield text.substring(0, at) + STRANGE.charAt(random.nextInt(STRANGE.length()))
                        + text.substring(Math.min(text.length(), at + random.nextInt(3)));
            }
            case 2 -> field(text, random, lies);
            default -> {
                int at = random.nextInt(text.length());
                yield text.substring(0, at) + ALPHABET.charAt(random.nextInt(ALPHABET.length()))
                        + text.substring(at + 1);
            }
        };
    }

    /** One field is another number, twice there, missing, or in another place. */
    private static String field(String text, SplittableRandom random, Lies lies) {
        String[] fields = text.split("\\.", -1);
        int at = random.nextInt(fields.length);
        fields[at] = switch (random.nextInt(6)) {
            case 0 -> Long.toString(lies.number());
            case 1 -> Long.toHexString(lies.number());
            case 2 -> "";
            case 3 -> fields[at] + "." + fields[at];
            case 4 -> fields[random.nextInt(fields.length)];
            default -> "0" + fields[at];
        };
        return String.join(".", fields);
    }

    private void check(String original, String text) {
        try {
            Claim claim = Claim.parse(text);
            accepted++;
            if (!claim.toText().equals(text) || (!text.equals(original) && SIGNER.verifies(claim))) {
                outcome.violation("read as something else, or signed: " + text);
            }
        } catch (InvalidClaimException _) {
            refused++;
            if (text.equals(original)) {
                outcome.violation("refused: " + text);
            }
        } catch (RuntimeException | Error e) {
            outcome.violation(e + ": " + text);
        }
    }

    private void request(String original, String header) {
        requests++;
        try {
            SIGNER.verify("GET", header, NOW);
            if (!header.equals(original)) {
                outcome.violation("a request that was changed: " + header);
            }
        } catch (InvalidClaimException _) {
            if (header.equals(original)) {
                outcome.violation("a request that is right: " + header);
            }
        } catch (RuntimeException | Error e) {
            outcome.violation(e + ": " + header);
        }
    }
}
