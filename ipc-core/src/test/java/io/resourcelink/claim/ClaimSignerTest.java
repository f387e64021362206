package io.resourcelink.claim;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.resourcelink.error.InvalidClaimException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ClaimSignerTest {

    static final byte[] SECRET = secret(0);
    private static final byte[] OTHER = secret(1);
    private static final Instant END = Instant.parse("2026-01-01T00:01:00Z");
    private static final Instant BEFORE = END.minusMillis(1);

    private final ClaimSigner signer = ClaimSigner.of(List.of(SECRET));
    private final Claim signed = signer.sign(ClaimTest.CLAIM);

    private static byte[] secret(int first) {
        byte[] secret = new byte[32];
        for (int index = 0; index < secret.length; index++) {
            secret[index] = (byte) (first + index);
        }
        return secret;
    }

    private static void assertRefused(Runnable action) {
        assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(action::run)
                .withMessageMatching("\\p{Print}+");
    }

    @Test
    void theSignatureIsTheRecordedOne() {
        assertThat(signed.toText()).isEqualTo(ClaimTest.SIGNED);
        assertThat(signer.verify(signed)).isSameAs(signed);
        assertThat(signer.sign(signed)).isEqualTo(signed);
    }

    @Test
    void aClaimOfAnotherSecretIsRefused() {
        ClaimSigner other = ClaimSigner.of(List.of(OTHER));
        assertThat(other.verifies(signed)).isFalse();
        assertRefused(() -> other.verify(signed));
    }

    @Test
    void aClaimWithoutASignatureIsRefused() {
        assertThat(signer.verifies(ClaimTest.CLAIM)).isFalse();
        assertRefused(() -> signer.verify(ClaimTest.CLAIM));
    }

    @Test
    void theFirstSecretSignsAndAllAreAccepted() {
        ClaimSigner rotating = ClaimSigner.of(List.of(OTHER, SECRET));
        assertThat(rotating.verifies(signed)).isTrue();
        assertThat(rotating.sign(ClaimTest.CLAIM)).isEqualTo(ClaimSigner.of(List.of(OTHER)).sign(ClaimTest.CLAIM));
        assertThat(signer.verifies(rotating.sign(ClaimTest.CLAIM))).isFalse();
    }

    @Test
    void secretsAreCopiedLongEnoughAndNotShown() {
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimSigner.of(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimSigner.of(List.of(SECRET, new byte[31])))
                .withMessageContaining("Secret 2").withMessageContaining("31");
        byte[] wiped = SECRET.clone();
        ClaimSigner copy = ClaimSigner.of(List.of(wiped));
        Arrays.fill(wiped, (byte) 0);
        assertThat(copy.verifies(signed)).isTrue();
        assertThat(copy).hasToString("ClaimSigner[1 secrets]");
    }

    @Test
    void secretsMayBeBase64AndAreNotShownIfTheyAreNot() {
        String encoded = Base64.getEncoder().encodeToString(SECRET);
        assertThat(ClaimSigner.ofBase64(List.of(encoded)).verifies(signed)).isTrue();
        assertThat(ClaimSigner.ofBase64(List.of(encoded.replace("=", ""))).verifies(signed)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimSigner.ofBase64(List.of(encoded, "pass word")))
                .withMessageContaining("Secret 2").withMessageNotContaining("pass").withNoCause();
        assertThatIllegalArgumentException().isThrownBy(() -> ClaimSigner.ofBase64(List.of("c2hvcnQ=")));
    }

    @Test
    void theHeaderOfARequestIsTheRecordedOne() {
        String header = signer.authorize("GET", signed, END);
        assertThat(header).isEqualTo("IPC-Claim 1767225660000.8nV5cj4OpE-Gd7lbbd6SDZ5GGEDbofE1FrjPhpWv7ps."
                + ClaimTest.SIGNED);
        assertThat(signer.verify("GET", header, BEFORE)).isEqualTo(signed);
    }

    @Test
    void aRequestIsForOneMethodUntilItsEnd() {
        String header = signer.authorize("GET", signed, END);
        assertRefused(() -> signer.verify("DELETE", header, BEFORE));
        assertRefused(() -> signer.verify("HEAD", header, BEFORE));
        assertRefused(() -> signer.verify("GET", header, END));
        assertRefused(() -> ClaimSigner.of(List.of(OTHER)).verify("GET", header, BEFORE));
        assertThatIllegalArgumentException().isThrownBy(() -> signer.authorize("G.T", signed, END));
        assertThatIllegalArgumentException().isThrownBy(() -> signer.authorize("", signed, END));
    }

    @Test
    void theTimeOfARequestHasOneForm() {
        String header = signer.authorize("GET", signed, END);
        for (String form : List.of("+", "0", "00", "-0", "\u0660", "\uff10")) {
            assertRefused(() -> signer.verify("GET", header.replaceFirst(" ", " " + form), BEFORE));
        }
        assertRefused(() -> signer.verify("GET", header.replaceFirst("0000\\.", "000\uff10."), BEFORE));
    }

    @Test
    void aRequestForAClaimThatIsNotSignedItselfIsRefused() {
        String header = signer.authorize("GET", ClaimTest.CLAIM, END);
        assertRefused(() -> signer.verify("GET", header, BEFORE));
    }

    @Test
    void aRequestIsNoClaimAndAClaimNoRequest() {
        assertRefused(() -> Claim.parse(signer.authorize("GET", signed, END)));
        assertRefused(() -> signer.verify("GET", signed.toText(), BEFORE));
        assertRefused(() -> signer.verify("GET", "IPC-Claim " + signed.toText(), BEFORE));
    }

    @Test
    void aHeaderChangedOrCutAnywhereIsRefused() {
        String header = signer.authorize("GET", signed, END);
        for (int position = 0; position < header.length(); position++) {
            String cut = header.substring(0, position);
            assertRefused(() -> signer.verify("GET", cut, BEFORE));
            for (int bit = 0; bit < 8; bit++) {
                StringBuilder changed = new StringBuilder(header);
                changed.setCharAt(position, (char) (header.charAt(position) ^ 1 << bit));
                assertRefused(() -> signer.verify("GET", changed, BEFORE));
            }
        }
        assertRefused(() -> signer.verify("GET", header + "x".repeat(10_000_000), BEFORE));
        assertRefused(() -> signer.verify("GET", "", BEFORE));
        assertRefused(() -> signer.verify("GET", "Basic dXNlcjpwYXNz", BEFORE));
    }
}
