package io.resourcelink;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.error.SegmentReplacedException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What claims on the producer's own host promise on every store. */
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class ClaimsContractTest {

    private static final ClaimOptions MINUTE = ClaimOptions.defaults().withTtl(Duration.ofMinutes(1));
    private static final byte[] PAYLOAD = { 1, 2, 3 };

    private final ContractHost.Kind kind;
    private final ClaimSigner signer = ClaimSigner.of(List.of(new byte[32]));
    private ContractHost host;
    private ResourceLinkFactory factory;
    private LocalClaims producer;
    private LocalClaims consumer;

    ClaimsContractTest(ContractHost.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(Path directory) {
        host = kind.open(directory);
        factory = host.factory();
        producer = LocalClaims.signed(factory, signer);
        consumer = LocalClaims.signed(host.factory(), signer);
    }

    @AfterEach
    void close() {
        host.clock().advance(Duration.ofDays(1).toMillis());
        factory.collectOrphans(Duration.ZERO);
        host.close();
    }

    private Claim published() {
        return producer.publish(Content.of(PAYLOAD), MINUTE);
    }

    private Claim changed(Claim claim, long nonce, long length) {
        return signer.sign(new Claim(claim.space(), claim.key(), claim.kind(), nonce, length, claim.expiresAt(),
                claim.origins()));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPublishedIsOpenedFromItsText(ResourceKind where) {
        URI origin = URI.create("https://a.example");
        Claim claim = producer.publish(Content.of(PAYLOAD), MINUTE.withKind(where).withOrigins(List.of(origin)));
        assertThat(claim.key()).matches("claim-[0-9a-f]{32}");
        assertThat(claim.length()).isEqualTo(3);
        assertThat(claim.origins()).containsExactly(origin);
        assertThat(claim.kind()).isEqualTo(where);
        assertThat(claim.expiresAt()).isEqualTo(Instant.ofEpochMilli(host.clock().wallMillis + 60_000));
        assertThat(factory.info(claim.key(), where).orElseThrow().refcount()).isZero();
        Claim arrived = Claim.parse(claim.toText());
        assertThat(consumer.isNear(arrived)).isTrue();
        try (ResourceLink link = consumer.open(arrived); ResourceLink own = producer.tryOpen(claim).orElseThrow()) {
            assertThat(link.readPayload(0, 3)).isEqualTo(PAYLOAD);
            assertThat(link.nonce()).isEqualTo(claim.nonce()).isEqualTo(own.nonce());
            assertThat(link.refcount()).isEqualTo(2);
        }
        assertThat(consumer.settle(arrived)).isTrue();
    }

    @Test
    void aClaimWithoutATimeToLiveIsRefusedAndLeavesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> producer.publish(Content.of(PAYLOAD), ClaimOptions.defaults()))
                .withMessageContaining("ipc.ttl.default");
        assertThat(factory.list()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> MINUTE.withTtl(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(
                () -> producer.publish(Content.of(PAYLOAD), MINUTE.withOrigins(List.of(URI.create("ftp://a")))));
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void aTimeToLiveForEverEndsWithTheLastYear() {
        Claim claim = producer.publish(Content.of(PAYLOAD), MINUTE.withTtl(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(claim.expiresAt()).isEqualTo(Instant.parse("9999-12-31T23:59:59.999Z"));
        assertThat(consumer.settle(claim)).isTrue();
    }

    @Test
    void theHeadersClockDecidesNearAndNotTheClaims() {
        Claim claim = published();
        host.clock().wallMillis += 3_600_000;
        consumer.open(claim).close();
        host.clock().bootMillis += 60_000;
        host.clock().wallMillis -= 3_600_000;
        assertThat(consumer.tryOpen(claim)).isEmpty();
        assertThat(consumer.isNear(claim)).isTrue();
        assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> consumer.open(claim))
                .satisfies(gone -> assertThat(gone.key()).isEqualTo(claim.key()));
        assertThat(consumer.settle(claim)).isFalse();
        assertThat(consumer.renew(claim)).isEmpty();
    }

    @Test
    void renewingStartsTheTimeAgainAndSaysSo() {
        Claim claim = published();
        host.clock().advance(50_000);
        Claim renewed = consumer.renew(claim).orElseThrow();
        assertThat(renewed.expiresAt()).isEqualTo(claim.expiresAt().plusSeconds(50));
        host.clock().advance(50_000);
        consumer.open(renewed).close();
        consumer.open(claim).close();
    }

    @Test
    void settlingTakesTheNameAndLeavesTheMemory() {
        Claim claim = published();
        try (ResourceLink link = consumer.open(claim)) {
            assertThat(producer.settle(claim)).isTrue();
            assertThat(producer.settle(claim)).isFalse();
            assertThat(consumer.tryOpen(claim)).isEmpty();
            assertThat(link.readPayload(0, 3)).isEqualTo(PAYLOAD);
        }
    }

    @Test
    void anotherIncarnationUnderTheNameIsNotOpenedAndNotRemoved() {
        Claim claim = published();
        assertThat(factory.remove(claim.key())).isTrue();
        try (ResourceLink other = factory.publish(claim.key(), Content.of(PAYLOAD))) {
            assertThat(other.nonce()).isNotEqualTo(claim.nonce());
            assertThat(consumer.tryOpen(claim)).isEmpty();
            assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> consumer.open(claim));
            assertThat(consumer.settle(claim)).isFalse();
            assertThatExceptionOfType(SegmentReplacedException.class)
                    .isThrownBy(() -> factory.acquire(claim.key(), claim.kind(), claim.nonce()))
                    .satisfies(replaced -> assertThat(replaced.key()).isEqualTo(claim.key()));
            assertThat(other.refcount()).isEqualTo(1);
            assertThat(factory.info(claim.key())).isPresent();
            factory.acquire(claim.key(), claim.kind(), other.nonce()).close();
        }
        assertThatExceptionOfType(SegmentNotFoundException.class)
                .isThrownBy(() -> factory.acquire(claim.key(), claim.kind(), claim.nonce()));
    }

    @Test
    void aLinkRemovesItsOwnNameAlone() {
        ResourceLink old = factory.create("key", 1);
        assertThat(factory.remove("key")).isTrue();
        try (ResourceLink other = factory.create("key", 1)) {
            assertThat(old.remove()).isFalse();
            assertThat(factory.info("key")).isPresent();
            assertThat(other.remove()).isTrue();
            assertThat(factory.info("key")).isEmpty();
            assertThat(other.remove()).isFalse();
        }
        old.close();
        assertThatIllegalStateException().isThrownBy(old::remove);
    }

    @Test
    void anotherNonceOrLengthIsNotHere() {
        Claim claim = published();
        assertThat(consumer.tryOpen(changed(claim, claim.nonce() + 1, 3))).isEmpty();
        assertThat(consumer.tryOpen(changed(claim, claim.nonce(), 4))).isEmpty();
        assertThat(consumer.tryOpen(changed(claim, claim.nonce(), Long.MAX_VALUE))).isEmpty();
        assertThat(factory.info(claim.key()).orElseThrow().refcount()).isZero();
    }

    @Test
    void aClaimThatIsNotSignedRightIsNotLookedAt() {
        Claim claim = published();
        ClaimSigner wrong = ClaimSigner.of(List.of("another secret of 32 bytes or more".getBytes(US_ASCII)));
        Claim unsigned = new Claim(claim.space(), claim.key(), claim.kind(), claim.nonce(), claim.length(),
                claim.expiresAt(), claim.origins());
        for (Claim forged : List.of(unsigned, wrong.sign(claim))) {
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> consumer.open(forged));
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> consumer.tryOpen(forged));
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> consumer.renew(forged));
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> consumer.settle(forged));
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> consumer.tryOpenReplica(forged));
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> consumer.removeReplica(forged));
            assertThatExceptionOfType(InvalidClaimException.class)
                    .isThrownBy(() -> consumer.openReplica(forged, Duration.ofSeconds(9), (_, _) -> {
                        throw new AssertionError("fetched");
                    }));
        }
        assertThat(factory.list()).hasSize(1);
    }

    @Test
    void withoutASecretOnlyNearClaimsAreOpened() {
        LocalClaims open = LocalClaims.unsigned(factory);
        Claim claim = open.publish(Content.of(PAYLOAD), MINUTE);
        assertThat(claim.isSigned()).isFalse();
        LocalClaims.unsigned(host.factory()).open(Claim.parse(claim.toText())).close();
        assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> open.tryOpenReplica(claim));
        assertThatExceptionOfType(InvalidClaimException.class)
                .isThrownBy(() -> open.openReplica(claim, Duration.ofSeconds(9), (_, _) -> {
                    throw new AssertionError("fetched");
                })).withMessageContaining("ipc.claims.secrets");
    }

    @Test
    void onlyWhatWasPublishedAsAClaimIsOpened() {
        LocalClaims open = LocalClaims.unsigned(factory);
        try (ResourceLink link = factory.publish("orders", Content.of(PAYLOAD),
                CreateOptions.defaults().withTtl(Duration.ofMinutes(1)))) {
            Claim claim = new Claim(open.space(link.kind()).orElseThrow(), "orders", link.kind(), link.nonce(), 3,
                    Instant.EPOCH, List.of());
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> open.open(claim));
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> open.settle(claim));
        }
    }

    @Test
    void aClaimOfAnotherSpaceIsNotHere() {
        Claim claim = published();
        Claim far = signer.sign(new Claim(new SpaceId("0".repeat(32)), claim.key(), claim.kind(), claim.nonce(),
                claim.length(), claim.expiresAt(), claim.origins()));
        assertThat(consumer.isNear(far)).isFalse();
        assertThat(consumer.tryOpen(far)).isEmpty();
        assertThat(consumer.settle(far)).isFalse();
        assertThatExceptionOfType(ClaimUnavailableException.class).isThrownBy(() -> consumer.open(far));
    }

    @Test
    void aFailingContentLeavesNothing() {
        Content<IllegalStateException> failing = Content.appending(10, target -> {
            throw new IllegalStateException("no");
        });
        assertThatIllegalStateException().isThrownBy(() -> producer.publish(failing, MINUTE)).withMessage("no");
        assertThat(factory.list()).isEmpty();
    }
}
