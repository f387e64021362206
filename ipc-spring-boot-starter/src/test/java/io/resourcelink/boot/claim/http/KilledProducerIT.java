package io.resourcelink.boot.claim.http;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.HostClaims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Claims of a producer that is killed, with its origin. */
@Timeout(120)
class KilledProducerIT {

    private static final byte[] PAYLOAD = Origins.bytes(1_000_000);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @RegisterExtension
    final TestDirectories fetchedBefore = new TestDirectories();

    @RegisterExtension
    final TestDirectories late = new TestDirectories();

    @Test
    void nearGoesOnAndFarHasItsReplicaOrFails() throws Exception {
        Claim claim;
        try (ResourceLinkFactory early = fetchedBefore.factory()) {
            try (PeerProcess producer = producer()) {
                URI origin = Origins.uri(Integer.parseInt(producer.readLine().replace("port ", "")));
                claim = Claim.parse(producer.ask("127.0.0.1"));
                assertThat(claim.origins()).containsExactly(origin);
                assertReads(claims(early, claim), claim);
                producer.kill();
                assertThat(producer.waitFor()).isNotZero();
            }
            try (ResourceLinkFactory near = directories.factory(); ResourceLinkFactory other = late.factory()) {
                HostClaims far = claims(other, claim);
                assertReads(claims(near, claim), claim);
                assertReads(claims(early, claim), claim);
                assertThatExceptionOfType(ClaimUnavailableException.class).isThrownBy(() -> far.open(claim));
                assertThatExceptionOfType(ClaimUnavailableException.class).isThrownBy(() -> far.renew(claim));
                assertThat(far.settle(claim)).as("its time to live is the net").isFalse();
                assertThat(other.list()).isEmpty();
                assertThat(claims(early, claim).settle(claim)).as("the replica").isTrue();
                assertThat(claims(near, claim).settle(claim)).isTrue();
                near.collectOrphans(Duration.ZERO);
            }
        }
    }

    private PeerProcess producer() throws Exception {
        List<String> command = new ArrayList<>(PeerProcess.java(OriginProcess.class));
        command.add("--server.address=127.0.0.1");
        Arrays.stream(directories.properties()).map("--"::concat).forEach(command::add);
        return PeerProcess.start(command);
    }

    private static HostClaims claims(ResourceLinkFactory factory, Claim claim) {
        HttpClaimFetcher fetcher = HttpClaimFetcher.builder(Origins.signer())
                .allowedOrigins(claim.origins().stream().map(URI::toString).toList()).build();
        HostClaims claims = new HostClaims(LocalClaims.signed(factory, Origins.signer()));
        claims.setFetcher(fetcher, fetcher.origins());
        return claims;
    }

    private static void assertReads(HostClaims claims, Claim claim) {
        try (ResourceLink link = claims.open(claim)) {
            assertThat(Arrays.equals(link.readPayload(0, PAYLOAD.length), PAYLOAD)).isTrue();
        }
    }
}
