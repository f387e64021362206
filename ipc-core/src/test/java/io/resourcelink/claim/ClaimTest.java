package io.resourcelink.claim;

import java.net.URI;
import java.nio.CharBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ClaimTest {

    private static final String UNSIGNED = "ipc1.00112233445566778899aabbccddeeff.m.0123456789abcdef.65536.1767225600123."
            + "Y2xhaW0tMDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGY.aHR0cHM6Ly9hLmV4YW1wbGU6ODQ0My9pcGM~aHR0cDovLzEwLjAuMC4x.";
    static final String SIGNED = UNSIGNED + "2Eo33-6RVAXOuFQD22LcTAuhYdlx3NGY6lf5kblaEBM";

    static final Claim CLAIM = new Claim(new SpaceId("00112233445566778899aabbccddeeff"),
            "claim-000102030405060708090a0b0c0d0e0f", ResourceKind.SHARED_MEMORY, 0x0123456789abcdefL, 65_536,
            Instant.parse("2026-01-01T00:00:00.123Z"),
            List.of(URI.create("https://a.example:8443/ipc"), URI.create("http://10.0.0.1")));

    private static Claim of(String key, long nonce, long length, Instant expiresAt, String... origins) {
        return new Claim(CLAIM.space(), key, ResourceKind.MAPPED_FILE, nonce, length, expiresAt,
                Stream.of(origins).map(URI::create).toList());
    }

    @Test
    void theTextIsTheRecordedOne() {
        assertThat(CLAIM.toText()).isEqualTo(UNSIGNED);
        assertThat(Claim.parse(UNSIGNED)).isEqualTo(CLAIM).hasSameHashCodeAs(CLAIM);
        assertThat(CLAIM.isSigned()).isFalse();
    }

    @Test
    void parsingBringsEveryFieldBack() {
        Claim parsed = Claim.parse(CharBuffer.wrap(SIGNED));
        assertThat(parsed.space()).isEqualTo(CLAIM.space());
        assertThat(parsed.key()).isEqualTo(CLAIM.key());
        assertThat(parsed.kind()).isEqualTo(ResourceKind.SHARED_MEMORY);
        assertThat(parsed.nonce()).isEqualTo(0x0123456789abcdefL);
        assertThat(parsed.length()).isEqualTo(65_536);
        assertThat(parsed.expiresAt()).isEqualTo(CLAIM.expiresAt());
        assertThat(parsed.origins()).isEqualTo(CLAIM.origins());
        assertThat(parsed.isSigned()).isTrue();
        assertThat(parsed.toText()).isEqualTo(SIGNED);
        assertThat(parsed).isNotEqualTo(CLAIM);
    }

    @Test
    void everyClaimComesBackFromItsText() {
        Random random = new Random(14);
        for (int round = 0; round < 2_000; round++) {
            String key = "k" + random.ints(random.nextInt(80), 1, 0x2FFF).filter(point -> point != '/')
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
            Claim claim = of(key, random.nextLong(), random.nextLong() >>> 1,
                    Instant.ofEpochMilli(random.nextLong(253_402_300_799_999L)),
                    Stream.generate(() -> "https://h" + random.nextInt(100_000)).limit(random.nextInt(5))
                            .toArray(String[]::new));
            assertThat(claim.toText()).matches("[A-Za-z0-9._~-]{1,2048}");
            assertThat(Claim.parse(claim.toText())).isEqualTo(claim);
        }
    }

    @Test
    void theLongestClaimFits() {
        String origin = "https://" + "a".repeat(Claim.MAX_ORIGIN - 8);
        Claim claim = of("k".repeat(255), -1, Long.MAX_VALUE, Instant.ofEpochMilli(253_402_300_799_999L), origin,
                origin,
                origin, origin);
        Claim signed = ClaimSigner.of(List.of(new byte[32])).sign(claim);
        assertThat(signed.toText().length()).isBetween(1_700, Claim.MAX_TEXT);
        assertThat(Claim.parse(signed.toText())).isEqualTo(signed);
    }

    @Test
    void aTextTruncatedAnywhereIsRefusedOrUnsigned() {
        for (int length = 0; length < SIGNED.length(); length++) {
            String cut = SIGNED.substring(0, length);
            if (length == UNSIGNED.length()) {
                assertThat(Claim.parse(cut).isSigned()).isFalse();
            } else {
                assertThatExceptionOfType(InvalidClaimException.class).as(cut).isThrownBy(() -> Claim.parse(cut));
            }
        }
    }

    @Test
    void aChangedCharacterIsRefusedOrSaysSomethingElse() {
        for (int position = 0; position < SIGNED.length(); position++) {
            for (int bit = 0; bit < 16; bit++) {
                StringBuilder changed = new StringBuilder(SIGNED);
                changed.setCharAt(position, (char) (SIGNED.charAt(position) ^ 1 << bit));
                try {
                    Claim read = Claim.parse(changed);
                    assertThat(read.toText()).isEqualTo(changed.toString()).isNotEqualTo(SIGNED);
                    assertThat(ClaimSigner.of(List.of(ClaimSignerTest.SECRET)).verifies(read)).as(changed.toString())
                            .isFalse();
                } catch (InvalidClaimException e) {
                    assertThat(e.getMessage()).matches("\\p{Print}+");
                }
            }
        }
    }

    /** Texts that are almost right reach further than random ones. */
    @Test
    void noTextCausesAnotherFailure() {
        Random random = new Random(1414);
        String alphabet = "0123456789abcdefghijABCXYZ.~-_=+/ \n\0é\uD800%:@";
        for (int round = 0; round < 60_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? SIGNED : UNSIGNED);
            for (int change = random.nextInt(1, 8); change > 0 && !text.isEmpty(); change--) {
                int at = random.nextInt(text.length());
                char other = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(5)) {
                    case 0 -> text.setCharAt(at, other);
                    case 1 -> text.insert(at, other);
                    case 2 -> text.deleteCharAt(at);
                    case 3 -> text.delete(at, Math.min(text.length(), at + random.nextInt(60)));
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(60))));
                }
            }
            try {
                assertThat(Claim.parse(text).toText()).isEqualTo(text.toString());
            } catch (InvalidClaimException _) {
                // The only failure that there is.
            }
        }
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void hostileTextsAreRefused(String hostile) {
        assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> Claim.parse(hostile))
                .withMessageMatching("\\p{Print}+");
    }

    static Stream<String> hostileTexts() {
        return Stream.of("", ".", "ipc1", "ipc2" + UNSIGNED.substring(4), " " + UNSIGNED, UNSIGNED + "\n",
                UNSIGNED + "x", "x".repeat(Claim.MAX_TEXT + 1), ".".repeat(2_048),
                UNSIGNED.replace(".65536.", ".-1."), UNSIGNED.replace(".65536.", ".065536."),
                UNSIGNED.replace(".65536.", ".+65536."), UNSIGNED.replace(".65536.", ".9223372036854775808."),
                UNSIGNED.replace(".65536.", ".٦٥٥٣٦."), UNSIGNED.replace(".65536.", "."),
                UNSIGNED.replace(".1767225600123.", ".-5."), UNSIGNED.replace(".1767225600123.", ".253402300800000."),
                UNSIGNED.replace(".0123456789abcdef.", ".0123456789ABCDEF."),
                UNSIGNED.replace(".0123456789abcdef.", ".123456789abcdef."),
                UNSIGNED.replace("00112233445566778899aabbccddeeff", "00112233445566778899AABBCCDDEEFF"),
                UNSIGNED.replace(".m.", ".x."), UNSIGNED.replace(".m.", ".mm."),
                SIGNED.substring(0, SIGNED.length() - 1) + "N", SIGNED + "=", SIGNED.replace('-', '+'),
                withKey(""), withKey("Lg"), withKey("YS9i"), withKey("AA"), withKey("Y2w="), withKey("_w"),
                withKey("YWFh".repeat(86)), withOrigins("fa"), withOrigins("~"), withOrigins("aHR0cDovL2E~"),
                withOrigins("aHR0cDovL2E~aHR0cDovL2E~aHR0cDovL2E~aHR0cDovL2E~aHR0cDovL2E"),
                // ftp://a, http:///x, http://u@a, http://a?b, http://a#b, file:/etc/passwd
                withOrigins("ZnRwOi8vYQ"), withOrigins("aHR0cDovLy94"), withOrigins("aHR0cDovL3VAYQ"),
                withOrigins("aHR0cDovL2E_Yg"), withOrigins("aHR0cDovL2EjYg"), withOrigins("ZmlsZTovZXRjL3Bhc3N3ZA"));
    }

    private static String withKey(String encoded) {
        return UNSIGNED.replace("Y2xhaW0tMDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGY", encoded);
    }

    private static String withOrigins(String encoded) {
        return UNSIGNED.replace("aHR0cHM6Ly9hLmV4YW1wbGU6ODQ0My9pcGM~aHR0cDovLzEwLjAuMC4x", encoded);
    }

    @Test
    void peopleSeeNeitherTheSignatureNorControlCharacters() {
        Claim signed = Claim.parse(SIGNED);
        assertThat(signed).hasToString("Claim[claim-000102030405060708090a0b0c0d0e0f, shared-memory, 65536 bytes, until"
                + " 2026-01-01T00:00:00.123Z, space 00112233445566778899aabbccddeeff, origins"
                + " [https://a.example:8443/ipc, http://10.0.0.1], signed]");
        assertThat(of("a\nb\033", 1, 1, Instant.EPOCH).toString()).contains("a?b?").matches("\\p{Print}+");
    }

    @ParameterizedTest
    @ValueSource(strings = { "ftp://a", "//a", "http:a", "http:///a", "https://u:p@a", "https://a?q", "https://a#f",
        "https://a:0", "https://a:70000", "https://ä.example", "HTTP://a" })
    void anOriginThatIsNoBaseAddressIsRefused(String origin) {
        assertThatIllegalArgumentException().isThrownBy(() -> of("key", 1, 1, Instant.EPOCH, origin))
                .withMessageStartingWith("The origin of a claim is an address such as https://host:8443")
                .withMessageNotContaining(origin);
    }

    @Test
    void argumentsAreChecked() {
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> of("", 1, 1, Instant.EPOCH));
        assertThatIllegalArgumentException().isThrownBy(() -> of("key", 1, -1, Instant.EPOCH));
        assertThatIllegalArgumentException().isThrownBy(() -> of("key", 1, 1, Instant.MAX));
        assertThatIllegalArgumentException().isThrownBy(() -> of("key", 1, 1, Instant.ofEpochMilli(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> of("key", 1, 1, Instant.EPOCH, "http://a", "http://b",
                "http://c", "http://d", "http://e"));
        assertThatIllegalArgumentException().isThrownBy(() -> new SpaceId("0"));
        assertThat(of("key", 1, 1, Instant.ofEpochSecond(1, 1_999_999)).expiresAt())
                .isEqualTo(Instant.ofEpochMilli(1001));
    }

    @Test
    void theKeyOfAReplicaIsTheRecordedOne() {
        assertThat(ClaimKeys.replica(CLAIM)).isEqualTo("claim-a19717a6f7c1e4fd9a4f8d8fec853d3f");
    }
}
