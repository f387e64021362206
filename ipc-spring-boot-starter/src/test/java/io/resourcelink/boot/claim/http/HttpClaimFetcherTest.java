package io.resourcelink.boot.claim.http;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.ResourceLink;
import io.resourcelink.claim.Claim;

import static io.resourcelink.boot.claim.http.ScriptedOrigin.send;
import static io.resourcelink.boot.claim.http.ScriptedOrigin.sendDigest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** Fetches from origins that have the payload, or break and go on. */
@Timeout(60)
class HttpClaimFetcherTest extends HttpClaimFetcherFixture {

    @Test
    void bytesAndDigestAreFetched() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(HttpClaimFetcherFixture::answer)) {
            Claim claim = Origins.claim(PAYLOAD.length, origin.uri());
            assertFetched(claim, PAYLOAD);

            assertThat(origin.requests()).hasSize(2);
            assertThat(origin.requests().getFirst().lines().getFirst()).isEqualTo("GET /ipc/claims HTTP/1.1");
            assertThat(origin.requests().getFirst().header("Accept-Encoding")).isEqualTo("identity");
            assertThat(origin.requests().getFirst().header("Authorization")).startsWith("IPC-Claim ")
                    .endsWith(claim.toText());
            assertThat(origin.requests().getLast().header("Want-Repr-Digest")).isEqualTo("sha-256=10");
        }
    }

    @Test
    void digestThatTheOriginKnowsNeedsNoSecondRequest() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> {
            sendDigest(out, PAYLOAD);
            out.write(PAYLOAD);
        })) {
            assertFetched(Origins.claim(PAYLOAD.length, origin.uri()), PAYLOAD);
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @Test
    void emptyPayloadIsFetched() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> sendDigest(out, new byte[0]))) {
            Claim claim = Origins.claim(0, URI.create(origin.uri() + "/under/a/path"));
            try (ResourceLink link = claims.openReplica(claim, LONG, fetcher(origin.uri()))) {
                assertThat(link.isEmpty()).isTrue();
            }
            assertThat(claims.removeReplica(claim)).isTrue();
            assertThat(origin.requests().getFirst().lines().getFirst()).isEqualTo("HEAD /under/a/path HTTP/1.1");
        }
    }

    @Test
    void brokenConnectionIsResumedWhereItBroke() throws Exception {
        int third = PAYLOAD.length / 3;
        try (ScriptedOrigin origin = new ScriptedOrigin((request, out) -> {
            if (request.number() < 2) {
                int from = request.number() * third;
                if (from == 0) {
                    send(out, "200 OK", "Content-Length: " + PAYLOAD.length);
                } else {
                    send(out, "206 Partial Content", "Content-Length: " + (PAYLOAD.length - from),
                            "Content-Range: bytes " + from + "-" + (PAYLOAD.length - 1) + "/" + PAYLOAD.length);
                }
                out.write(PAYLOAD, from, third);
            } else {
                answer(request, out);
            }
        })) {
            assertFetched(Origins.claim(PAYLOAD.length, origin.uri()), PAYLOAD);
            assertThat(origin.requests()).extracting(request -> request.header("Range")).containsExactly(null,
                    "bytes=" + third + "-", "bytes=" + 2 * third + "-", null);
            assertThat(origin.requests().get(1).header("If-Range")).isEqualTo("\"0000000000000007\"");
        }
    }

    @Test
    void nextOriginGoesOnWhereTheFirstBroke() throws Exception {
        try (ScriptedOrigin broken = new ScriptedOrigin((_, out) -> {
            send(out, "200 OK", "Content-Length: " + PAYLOAD.length);
            out.write(PAYLOAD, 0, 1000);
        }); ScriptedOrigin good = new ScriptedOrigin(HttpClaimFetcherFixture::answer)) {
            assertFetched(Origins.claim(PAYLOAD.length, broken.uri(), good.uri()), PAYLOAD);
            assertThat(good.requests().getFirst().header("Range")).isEqualTo("bytes=1000-");
            assertThat(broken.requests()).hasSize(1);
        }
    }

    @Test
    void originThatIsGoneOrRefusesIsPassedOver() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        try (ScriptedOrigin missing = new ScriptedOrigin((_, out) -> send(out, "404 Not Found", "Content-Length: 0"));
                ScriptedOrigin good = new ScriptedOrigin(HttpClaimFetcherFixture::answer)) {
            assertFetched(Origins.claim(PAYLOAD.length, Origins.uri(closed), missing.uri(), good.uri()), PAYLOAD);
        }
    }

    @Test
    void busyOriginIsAskedAgainWhenItSaid() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((request, out) -> {
            if (request.number() < 4) {
                send(out, "503 Service Unavailable", "Content-Length: 0", "Retry-After: 0");
            } else {
                answer(request, out);
            }
        })) {
            assertFetched(Origins.claim(PAYLOAD.length, origin.uri()), PAYLOAD);
            assertThat(origin.requests()).hasSize(6);
        }
    }

    @Test
    void manyFetchesAtTheSameTimeWork() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(HttpClaimFetcherFixture::answer)) {
            Claim claim = Origins.claim(PAYLOAD.length, origin.uri());
            List<CompletableFuture<Void>> readers = Stream.generate(() -> CompletableFuture.runAsync(() -> {
                try (ResourceLink link = open(claim, LONG)) {
                    assertThat(Arrays.equals(link.readPayload(0, PAYLOAD.length), PAYLOAD)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }, task -> Thread.ofVirtual().start(task))).limit(8).toList();
            assertThatNoException().isThrownBy(() -> readers.forEach(CompletableFuture::join));
            assertThat(origin.requests()).hasSize(2);
            assertThat(claims.removeReplica(claim)).isTrue();
        }
    }
}
