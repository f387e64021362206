package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

import static io.resourcelink.boot.claim.http.ScriptedOrigin.send;
import static io.resourcelink.boot.claim.http.ScriptedOrigin.sendDigest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Fetches from origins that refuse, lie, or are slow, and fetches that are interrupted. */
@Timeout(60)
class HttpClaimFetchFailureTest extends HttpClaimFetcherFixture {

    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void producerThatIsGoneIsUnavailable() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        assertThatExceptionOfType(ClaimUnavailableException.class)
                .isThrownBy(() -> open(Origins.claim(10, Origins.uri(closed)), LONG))
                .withMessageContainingAll("from origin http://", ":" + closed + " failed", "refused")
                .withCauseInstanceOf(IOException.class);
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
        try (ScriptedOrigin target = new ScriptedOrigin(HttpClaimFetcherFixture::answer);
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
}
