package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

import static io.resourcelink.boot.claim.http.ScriptedOrigin.send;
import static io.resourcelink.boot.claim.http.ScriptedOrigin.sendDigest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/** Fetches from origins that answer in all possible ways. */
@Timeout(60)
class HttpClaimFetcherTest {

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final byte[] PAYLOAD = Origins.bytes(1_000_000);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ResourceLinkFactory factory;
    private LocalClaims claims;

    @BeforeEach
    void open() {
        factory = directories.factory();
        claims = LocalClaims.signed(factory, Origins.signer());
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(factory.list()).isEmpty();
        factory.close();
    }

    private static HttpClaimFetcher fetcher(URI... allowed) {
        return HttpClaimFetcher.builder(Origins.signer())
                .allowedOrigins(Stream.of(allowed).map(URI::toString).toList()).build();
    }

    private ResourceLink open(Claim claim, Duration timeout) throws InterruptedException {
        return claims.openReplica(claim, timeout, fetcher(claim.origins().toArray(URI[]::new)));
    }

    private void assertFetched(Claim claim, byte[] payload) throws InterruptedException {
        try (ResourceLink link = open(claim, LONG)) {
            assertThat(Arrays.equals(link.readPayload(0, payload.length), payload)).isTrue();
        }
        assertThat(claims.removeReplica(claim)).isTrue();
    }

    private static void answer(ScriptedOrigin.Request request, OutputStream out) throws IOException {
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

    @Test
    void bytesAndDigestAreFetched() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(HttpClaimFetcherTest::answer)) {
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
        }); ScriptedOrigin good = new ScriptedOrigin(HttpClaimFetcherTest::answer)) {
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
                ScriptedOrigin good = new ScriptedOrigin(HttpClaimFetcherTest::answer)) {
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
    void producerThatIsGoneIsUnavailable() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        assertThatExceptionOfType(ClaimUnavailableException.class)
                .isThrownBy(() -> open(Origins.claim(10, Origins.uri(closed)), LONG))
                .withMessageContaining("refused").withCauseInstanceOf(IOException.class);
    }

    @Test
    void goneIsPermanent() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> send(out, "410 Gone", "Content-Length: 0"))) {
            assertThatExceptionOfType(ClaimGoneException.class)
                    .isThrownBy(() -> open(Origins.claim(10, origin.uri()), LONG)).withMessageContaining("says that");
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "401 Unauthorized", "403 Forbidden" })
    void refusedAuthorizationIsPermanent(String status) throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> send(out, status, "Content-Length: 0",
                "WWW-Authenticate: IPC-Claim"))) {
            assertThatExceptionOfType(InvalidClaimException.class)
                    .isThrownBy(() -> open(Origins.claim(10, origin.uri()), LONG))
                    .withMessageContaining("ipc.claims.secrets");
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent" })
    void redirectIsNotFollowed(String status) throws Exception {
        try (ScriptedOrigin target = new ScriptedOrigin(HttpClaimFetcherTest::answer);
                ScriptedOrigin origin = new ScriptedOrigin((_, out) -> send(out, status, "Content-Length: 0",
                        "Location: " + target.uri() + "/ipc/claims"))) {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> open(Origins.claim(PAYLOAD.length, origin.uri()), LONG))
                    .withMessageContaining("redirect");
            assertThat(target.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "Content-Length: 11", "Content-Length: 9", "Content-Length: 0", "Content-Length: -1",
        "Content-Length: 99999999999999999999999999", "Content-Length: 9223372036854775807", "X-None: 1",
        "Transfer-Encoding: chunked", "Content-Length: 10\r\nContent-Encoding: gzip" })
    void otherLengthOrEncodingIsRefusedBeforeAByteIsTaken(String header) throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> {
            send(out, "200 OK", header);
            out.write(new byte[100]);
        })) {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> open(Origins.claim(10, origin.uri()), LONG)).withMessageContaining("sends");
            assertThat(origin.requests()).hasSize(1);
            await().until(() -> origin.connections() == 0);
        }
    }

    @Test
    void rangeOfOtherBytesIsRefused() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((request, out) -> {
            if (request.number() == 0) {
                send(out, "200 OK", "Content-Length: 10");
                out.write(new byte[4]);
            } else {
                send(out, "206 Partial Content", "Content-Length: 6", "Content-Range: bytes 0-5/10");
                out.write(new byte[6]);
            }
        })) {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> open(Origins.claim(10, origin.uri()), LONG))
                    .withMessageContaining("another length");
        }
    }

    @Test
    void changedBytesDoNotAppear() throws Exception {
        byte[] changed = PAYLOAD.clone();
        changed[500_000] ^= 1;
        try (ScriptedOrigin origin = new ScriptedOrigin((request, out) -> {
            if (request.isHead()) {
                sendDigest(out, PAYLOAD);
            } else {
                send(out, "200 OK", "Content-Length: " + changed.length);
                out.write(changed);
            }
        })) {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> open(Origins.claim(PAYLOAD.length, origin.uri()), LONG))
                    .withMessageContaining("digest");
        }
    }

    @Test
    void originWithoutDigestIsRefused() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((request, out) -> {
            send(out, "200 OK", "Content-Length: 10");
            if (!request.isHead()) {
                out.write(new byte[10]);
            }
        })) {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> open(Origins.claim(10, origin.uri()), LONG))
                    .withMessageContaining("Repr-Digest");
        }
    }

    @Test
    void brokenAnswersEndAfterThreeRounds() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> send(out, "500 Error", "Content-Length: 0"))) {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> open(Origins.claim(10, origin.uri()), LONG))
                    .withMessageContaining("status 500").withMessageNotContaining("Authorization");
            assertThat(origin.requests()).hasSize(3);
        }
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> out.write("no HTTP\r\n\r\n".getBytes(
                StandardCharsets.US_ASCII)))) {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> open(Origins.claim(10, origin.uri()), LONG));
        }
    }

    /** It sends a byte, then nothing or a byte from time to time; or no answer at all; or is always busy. */
    @ParameterizedTest
    @ValueSource(strings = { "a byte", "bytes", "headers", "nothing", "busy" })
    void slowOriginEndsWithTheDeadline(String how) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> {
            try {
                switch (how) {
                    case "nothing" -> end.await();
                    case "headers" -> {
                        out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                        end.await();
                    }
                    case "busy" -> send(out, "503 Busy", "Content-Length: 0", "Retry-After: 100000");
                    default -> {
                        send(out, "200 OK", "Content-Length: 1000");
                        do {
                            out.write(1);
                        } while (!end.await(how.equals("bytes") ? 20 : 100_000,
                                TimeUnit.MILLISECONDS));
                    }
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        })) {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> open(Origins.claim(1000, origin.uri()), SHORT))
                    .withMessageContaining("not fetched within");
            assertThat(origin.requests()).hasSize(1);
            if (!how.equals("bytes")) {
                end.countDown();
            }
            // The fetcher has closed its connection, so an origin that goes on sending fails.
            await().until(() -> origin.connections() == 0);
        }
    }

    @Test
    void interruptEndsTheFetchAtOnce() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedOrigin origin = new ScriptedOrigin((_, out) -> {
            send(out, "200 OK", "Content-Length: 1000");
            out.write(1);
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        })) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    open(Origins.claim(1000, origin.uri()), LONG).close();
                } catch (Throwable e) {
                    thrown.set(e);
                }
            });
            begun.await();
            thread.interrupt();
            thread.join();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            end.countDown();
        }
    }

    @Test
    void onlyAllowedOriginsAreConnectedTo() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(HttpClaimFetcherTest::answer)) {
            Claim claim = Origins.claim(PAYLOAD.length, origin.uri());
            assertThatExceptionOfType(InvalidClaimException.class)
                    .isThrownBy(() -> claims.openReplica(claim, LONG, fetcher(Origins.uri(1))))
                    .withMessageContaining("ipc.claims.fetch.allowed-origins").withMessageContaining("127.0.0.1");
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> claims.openReplica(claim, LONG, fetcher()))
                    .withMessageContaining("ipc.claims.fetch.allowed-origins");
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> claims.openReplica(Origins.claim(1), LONG, fetcher(origin.uri())))
                    .withMessageContaining("without an address");
            assertThat(origin.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({ "http://a:80,http://a,true", "https://a,https://A:443,true", "http://a,https://a,false",
        "http://a,http://a:8080,false", "http://a,http://a.b,false", "http://*.a,http://x.a,true",
        "http://*.a,http://a,false", "http://*.a,http://y.x.a,false", "http://*.a,http://xa,false",
        "http://a/,http://a/path,true", "http://[::1]:80,http://[::1],true" })
    void originIsAllowedBySchemeHostAndPort(String allowed, URI origin, boolean expected) {
        AllowedOrigins origins = new AllowedOrigins(List.of(allowed));
        Claim claim = Origins.claim(1, origin);
        if (expected) {
            assertThat(origins.of(claim)).containsExactly(origin);
        } else {
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> origins.of(claim));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", "ftp://a", "http://", "http://a/path", "http://a?q", "http://u@a", "*", "http://*",
        "http://a.*", "http:// a", "file:///a" })
    void allowedOriginThatIsNoneIsRefused(String origin) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AllowedOrigins(List.of(origin)))
                .withMessageContaining("such as https://host:8443");
    }

    @Test
    void manyFetchesAtTheSameTimeWork() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(HttpClaimFetcherTest::answer)) {
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
