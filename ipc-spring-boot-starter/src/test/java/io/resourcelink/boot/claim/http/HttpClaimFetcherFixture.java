package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.LocalClaims;

import static io.resourcelink.boot.claim.http.ScriptedOrigin.send;
import static io.resourcelink.boot.claim.http.ScriptedOrigin.sendDigest;
import static org.assertj.core.api.Assertions.assertThat;

/** A receiver of claims that fetches from scripted origins. */
abstract class HttpClaimFetcherFixture {

    static final Duration LONG = Duration.ofSeconds(50);
    static final byte[] PAYLOAD = Origins.bytes(1_000_000);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    ResourceLinkFactory factory;
    LocalClaims claims;

    @BeforeEach
    final void open() {
        factory = directories.factory();
        claims = LocalClaims.signed(factory, Origins.signer());
    }

    @AfterEach
    final void nothingIsLeft() {
        assertThat(factory.list()).isEmpty();
        factory.close();
    }

    static HttpClaimFetcher fetcher(URI... allowed) {
        return HttpClaimFetcher.builder(Origins.signer())
                .allowedOrigins(Stream.of(allowed).map(URI::toString).toList()).build();
    }

    final ResourceLink open(Claim claim, Duration timeout) throws InterruptedException {
        return claims.openReplica(claim, timeout, fetcher(claim.origins().toArray(URI[]::new)));
    }

    final void assertFetched(Claim claim, byte[] payload) throws InterruptedException {
        try (ResourceLink link = open(claim, LONG)) {
            assertThat(Arrays.equals(link.readPayload(0, payload.length), payload)).isTrue();
        }
        assertThat(claims.removeReplica(claim)).isTrue();
    }

    static void answer(ScriptedOrigin.Request request, OutputStream out) throws IOException {
        if (request.isHead()) {
            sendDigest(out, PAYLOAD);
            return;
        }
        String range = request.header("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (range == null) {
            send(out, "200 OK", "Content-Length: " + PAYLOAD.length);
        } else {
            send(out, "206 Partial Content", "Content-Length: " + (PAYLOAD.length - from),
                    "Content-Range: bytes " + from + "-" + (PAYLOAD.length - 1) + "/" + PAYLOAD.length);
        }
        out.write(PAYLOAD, from, PAYLOAD.length - from);
    }
}
