package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Requests to an origin in a real web server. */
@Tag("slow")
@Timeout(60)
class ClaimOriginTest {

    private static final ClaimOptions MINUTE = ClaimOptions.defaults().withTtl(Duration.ofMinutes(1));
    private static final byte[] TEN = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    private static final int LARGE = 16 << 20;

    @RegisterExtension
    static final TestDirectories DIRECTORIES = new TestDirectories();

    @RegisterExtension
    static final TestDirectories FAR = new TestDirectories();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Origins.Application application;
    private static LocalClaims claims;

    @BeforeAll
    static void start() {
        application = Origins.start(DIRECTORIES, "ipc.claims.origin.max-responses=2");
        claims = application.claims();
    }

    @AfterAll
    static void stop() {
        CLIENT.close();
        application.close();
    }

    @AfterEach
    void nothingIsOpenAndNothingIsLeft() {
        await().until(() -> application.origin().openResponses() == 0);
        assertThat(DIRECTORIES.keys()).isEmpty();
    }

    private URI uri() {
        return Origins.uri(application.port()).resolve("/ipc/claims");
    }

    private Claim publish(byte[] payload) {
        return claims.publish(Content.of(payload), MINUTE);
    }

    private static String authorization(String method, Claim claim) {
        return Origins.signer().authorize(method, claim, Instant.now().plusSeconds(60));
    }

    private HttpRequest.Builder request(String method, Claim claim) {
        return HttpRequest.newBuilder(uri()).method(method, HttpRequest.BodyPublishers.noBody())
                .header("Authorization", authorization(method, claim));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void assertEmpty(HttpResponse<byte[]> response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }

    @Test
    void bytesComeWithHeadersThatKeepThemFromCachesAndBrowsers() throws Exception {
        Claim claim = publish(TEN);
        HttpResponse<byte[]> response = send(request("GET", claim));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(TEN);
        assertThat(response.headers().map()).containsEntry("content-type", List.of("application/octet-stream"))
                .containsEntry("content-length", List.of("10")).containsEntry("cache-control", List.of("no-store"))
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("accept-ranges", List.of("bytes")).doesNotContainKey("repr-digest");

        String digest = ReprDigest.format(ReprDigest.sha256().digest(TEN));
        HttpResponse<byte[]> head = send(request("HEAD", claim));
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().map()).containsEntry("content-length", List.of("10")).containsEntry("repr-digest",
                List.of(digest));
        assertThat(send(request("GET", claim)).headers().firstValue("Repr-Digest")).hasValue(digest);
        assertThat(claims.settle(claim)).isTrue();
    }

    @Test
    void digestIsComputedOnlyIfItIsWanted() throws Exception {
        Claim claim = publish(TEN);
        assertThat(send(request("HEAD", claim)).headers().firstValue("Repr-Digest")).isEmpty();
        assertThat(send(request("HEAD", claim).header("Want-Repr-Digest", "sha-256=1")).headers()
                .firstValue("Repr-Digest")).isPresent();
        assertThat(claims.settle(claim)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "0-9,0,9", "0-,0,9", "3-5,3,5", "9-,9,9", "5-100,5,9", "-4,6,9", "-100,0,9",
        "0-9223372036854775807,0,9" })
    void oneRangeIsSent(String range, int from, int to) throws Exception {
        Claim claim = publish(TEN);
        HttpResponse<byte[]> response = send(request("GET", claim).header("Range", "bytes=" + range));
        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(TEN, from, to + 1));
        assertThat(response.headers().firstValue("Content-Range")).hasValue("bytes " + from + "-" + to + "/10");
        assertThat(claims.settle(claim)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "bytes=10-", "bytes=10-20", "bytes=5-4", "bytes=-", "bytes=-0", "bytes=0-1,3-4",
        "bytes=9223372036854775808-", "bytes=99999999999999999999-", "lines=1-2", "bytes=a-b", "" })
    void otherRangesHaveNoBody(String range) throws Exception {
        Claim claim = publish(TEN);
        HttpResponse<byte[]> response = send(request("GET", claim).header("Range", range));
        assertEmpty(response, 416);
        assertThat(response.headers().firstValue("Content-Range")).hasValue("bytes */10");
        assertThat(claims.settle(claim)).isTrue();
    }

    @Test
    void rangeOfAnotherPayloadIsNotUsed() throws Exception {
        Claim claim = publish(TEN);
        assertThat(send(request("GET", claim).header("Range", "bytes=3-").header("If-Range", "\"x\"")).body())
                .isEqualTo(TEN);
        String tag = send(request("HEAD", claim)).headers().firstValue("ETag").orElseThrow();
        assertThat(send(request("GET", claim).header("Range", "bytes=3-").header("If-Range", tag)).body())
                .hasSize(7);
        assertThat(claims.settle(claim)).isTrue();
    }

    @Test
    void emptyPayloadIsSent() throws Exception {
        Claim claim = publish(new byte[0]);
        assertThat(send(request("GET", claim)).statusCode()).isEqualTo(200);
        assertEmpty(send(request("GET", claim).header("Range", "bytes=0-")), 416);
        assertThat(claims.settle(claim)).isTrue();
    }

    @Test
    void onlySignedRequestsAreAnswered() throws Exception {
        Claim claim = publish(TEN);
        assertUnauthorized(HttpRequest.newBuilder(uri()));
        assertUnauthorized(authorized("Basic YTpi"));
        assertUnauthorized(authorized("IPC-Claim " + claim.toText()));
        assertUnauthorized(authorized(authorization("HEAD", claim)));
        assertUnauthorized(authorized(Origins.signer().authorize("GET", claim, Instant.now().minusMillis(1))));
        assertUnauthorized(authorized(Origins.otherSigner().authorize("GET", claim, Instant.now().plusSeconds(60))));
        assertUnauthorized(authorized(authorization("GET", claim).replace("=", "") + "A"));
        // The request is signed, and its claim is not.
        assertUnauthorized(authorized(authorization("GET", Origins.otherSigner().sign(claim))));
        assertThat(claims.settle(claim)).isTrue();
    }

    private HttpRequest.Builder authorized(String authorization) {
        return HttpRequest.newBuilder(uri()).header("Authorization", authorization);
    }

    private void assertUnauthorized(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send(request);
        assertEmpty(response, 401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("IPC-Claim");
    }

    @Test
    void nothingElseIsServed() throws Exception {
        ClaimSigner signer = Origins.signer();
        ResourceLinkFactory factory = application.context().getBean(ResourceLinkFactory.class);
        try (ResourceLink link = factory.publish("frame", Content.of(TEN), CreateOptions.defaults())) {
            SpaceId space = claims.space(ResourceKind.SHARED_MEMORY).orElseThrow();
            Claim stolen = signer.sign(new Claim(space, "frame", ResourceKind.SHARED_MEMORY, link.nonce(), 10,
                    Instant.now().plusSeconds(60), List.of()));
            for (String method : List.of("GET", "HEAD", "DELETE", "POST")) {
                assertEmpty(send(request(method, stolen)), 404);
            }
            assertThat(factory.info("frame")).isPresent();
        }
        assertEmpty(send(request("GET", Origins.claim(10))), 404);
        for (String path : List.of("/ipc/claims/", "/ipc/claims/frame", "/ipc", "/ipc/claims.json")) {
            assertThat(send(HttpRequest.newBuilder(uri().resolve(path)).header("Authorization",
                    authorization("GET", Origins.claim(10)))).statusCode()).isEqualTo(404);
        }
        for (String method : List.of("PUT", "PATCH", "OPTIONS")) {
            assertEmpty(send(request(method, Origins.claim(10))), 405);
        }
    }

    @Test
    void settledExpiredAndReplacedPayloadsAreGone() throws Exception {
        Claim claim = publish(TEN);
        assertThat(send(request("DELETE", claim)).statusCode()).isEqualTo(204);
        for (String method : List.of("GET", "HEAD", "DELETE", "POST")) {
            assertEmpty(send(request(method, claim)), 410);
        }
        Claim expiring = claims.publish(Content.of(TEN), MINUTE.withTtl(Duration.ofMillis(10)));
        await().untilAsserted(() -> assertEmpty(send(request("GET", expiring)), 410));
        Claim other = publish(TEN);
        assertEmpty(send(request("GET", Origins.signer().sign(new Claim(other.space(), other.key(), other.kind(),
                other.nonce() ^ 1, 10, other.expiresAt(), List.of())))), 410);
        assertEmpty(send(request("GET", Origins.signer().sign(new Claim(other.space(), other.key(), other.kind(),
                other.nonce(), 11, other.expiresAt(), List.of())))), 410);
        assertThat(claims.settle(other)).isTrue();
        application.context().getBean(ResourceLinkFactory.class).collectOrphans(Duration.ZERO);
    }

    @Test
    void truncatedSegmentIsAnErrorOnBothSides() throws Exception {
        Claim claim = publish(TEN);
        try (FileChannel file = FileChannel.open(DIRECTORIES.memory().resolve(claim.key()), StandardOpenOption.WRITE)) {
            file.truncate(70);
        }
        assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> claims.open(claim));
        for (String method : List.of("GET", "HEAD", "POST", "DELETE")) {
            assertEmpty(send(request(method, claim)), 410);
        }
        Files.delete(DIRECTORIES.memory().resolve(claim.key()));
    }

    @Test
    void renewedClaimLivesOn() throws Exception {
        Claim claim = publish(TEN);
        HttpResponse<byte[]> response = send(request("POST", claim));
        Claim renewed = Origins.signer().verify(Claim.parse(new String(response.body(), StandardCharsets.US_ASCII)));
        assertThat(renewed.key()).isEqualTo(claim.key());
        assertThat(renewed.expiresAt()).isAfterOrEqualTo(claim.expiresAt());
        assertThat(claims.settle(renewed)).isTrue();
    }

    /** The reference is held while a client reads slowly, and the next ones are told to come back. */
    @Test
    void responsesHaveABoundAndHoldTheirReference() throws Exception {
        Claim claim = publish(Origins.bytes(LARGE));
        try (Slow first = new Slow(application.port(), claim); Slow second = new Slow(application.port(), claim)) {
            await().until(() -> application.origin().openResponses() == 2);
            HttpResponse<byte[]> refused = send(request("GET", claim));
            assertEmpty(refused, 503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(claims.settle(claim)).isTrue();

            assertThat(Arrays.equals(first.rest(), Origins.bytes(LARGE))).isTrue();
            assertThat(Arrays.equals(second.rest(), Origins.bytes(LARGE))).isTrue();
        }
        await().until(() -> application.origin().openResponses() == 0);
        assertEmpty(send(request("GET", claim)), 410);
    }

    @Test
    void clientThatLeavesFreesItsPlace() throws Exception {
        Claim claim = publish(Origins.bytes(LARGE));
        try (Slow _ = new Slow(application.port(), claim)) {
            await().until(() -> application.origin().openResponses() == 1);
        }
        await().until(() -> application.origin().openResponses() == 0);
        assertThat(claims.settle(claim)).isTrue();
    }

    @Test
    void runningResponseEndsWithinTheGracefulShutdown() throws Exception {
        Claim claim = publish(Origins.bytes(LARGE));
        try (Origins.Application stopping = Origins.start(DIRECTORIES);
                Slow slow = new Slow(stopping.port(), claim)) {
            await().until(() -> stopping.origin().openResponses() == 1);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(stopping.context()::close);
            await().until(() -> !stopping.origin().isRunning());
            assertThat(Arrays.equals(slow.rest(), Origins.bytes(LARGE))).isTrue();
            closed.join();
        }
        assertThat(claims.settle(claim)).isTrue();
    }

    @Test
    void newRequestsAreRefusedOnceItStops() throws Exception {
        Claim claim = publish(TEN);
        application.origin().stop();
        assertEmpty(send(request("GET", claim)), 503);
        application.origin().start();
        assertThat(send(request("GET", claim)).statusCode()).isEqualTo(200);
        assertThat(claims.settle(claim)).isTrue();
    }

    @Test
    void farHostFetchesFromIt() throws Exception {
        byte[] payload = Origins.bytes(5_000_000);
        Claim claim = claims.publish(Content.of(payload),
                MINUTE.withOrigins(List.of(Origins.uri(application.port()))));
        HttpClaimFetcher fetcher = HttpClaimFetcher.builder(Origins.signer())
                .allowedOrigins(List.of(Origins.uri(application.port()).toString())).build();
        try (ResourceLinkFactory there = FAR.factory()) {
            LocalClaims others = LocalClaims.signed(there, Origins.signer());
            try (ResourceLink link = others.openReplica(claim, Duration.ofSeconds(50), fetcher);
                    ResourceLink second = others.openReplica(claim, Duration.ofSeconds(50), (_, _) -> {
                        throw new IOException("It is here.");
                    })) {
                assertThat(Arrays.equals(link.readPayload(0, payload.length), payload)).isTrue();
                assertThat(second.nonce()).isEqualTo(link.nonce());
            }
            assertThat(others.removeReplica(claim)).isTrue();
        }
        assertThat(claims.settle(claim)).isTrue();
    }

    /** A client that reads the headers of a response, and no byte more until it is asked to. */
    private static final class Slow implements AutoCloseable {

        private final Socket socket = new Socket();
        private final InputStream in;

        Slow(int port, Claim claim) throws IOException {
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream()
                    .write(("GET /ipc/claims HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: "
                            + authorization("GET", claim) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            assertThat(head).startsWith("HTTP/1.1 200");
        }

        byte[] rest() throws IOException {
            return in.readAllBytes();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
