package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.claim.Claim;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.IpcException;

/*
 *   for each origin in turn:  GET, from the byte that is needed next ---> all bytes are here ---> HEAD: is the digest right? ---> done
 *     connection broken, 5xx        the next origin; in the next round this one again, with a range
 *     503, 429                      the same, and the next round begins when it has said
 *     401, 404, 3xx, other length   the next origin; this one is not asked again
 *     410, digest wrong             the end
 *
 * Rounds end when no origin is left, or when three of them in a row have brought no byte and no origin has asked to wait.
 */

/** One fetch of one claim. Used by the thread that reads. */
final class Transfer {

    private static final int CHUNK = 256 * 1024;
    private static final int MOST_ROUNDS_IN_VAIN = 3;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final OriginRequests requests;
    private final Claim claim;
    private final GuardedSink sink;
    private final Map<String, String> headers;
    private final List<URI> left;
    private byte @Nullable [] announced;
    private byte @Nullable [] own;
    private @Nullable Exception last;
    private @Nullable URI lastTried;
    private @Nullable IpcException verdict;

    /**
     * Prepares a fetch.
     *
     * @param requests makes the requests
     * @param claim which payload
     * @param origins where it is
     * @param headers more headers of each request
     * @param sink takes the bytes
     */
    Transfer(OriginRequests requests, Claim claim, List<URI> origins, Map<String, String> headers, GuardedSink sink) {
        this.requests = requests;
        this.claim = claim;
        this.headers = headers;
        this.left = new ArrayList<>(origins);
        this.sink = sink;
    }

    void run() throws InterruptedException {
        int inVain = 0;
        for (;;) {
            long before = sink.position();
            Duration wait = Duration.ZERO;
            for (URI origin : List.copyOf(left)) {
                lastTried = origin;
                try {
                    if (fetchFrom(origin)) {
                        return;
                    }
                } catch (OriginAnswerException e) {
                    wait = longer(wait, answered(origin, e));
                }
            }
            if (left.isEmpty()) {
                throw verdict != null ? verdict : failed("no origin has it");
            }
            boolean progress = sink.position() > before;
            inVain = progress || wait.isPositive() ? 0 : inVain + 1;
            if (inVain == MOST_ROUNDS_IN_VAIN) {
                throw failed(
                        "fetching it from " + OriginRequests.origin(Objects.requireNonNull(lastTried)) + " failed ("
                                + last + ")");
            }
            if (!progress) {
                Thread.sleep(longer(wait, PAUSE.multipliedBy(inVain)));
            }
        }
    }

    /** {@return whether everything is here} A broken connection is none of the caller's business but for the report. */
    private boolean fetchFrom(URI origin) throws OriginAnswerException, InterruptedException {
        try {
            if (sink.position() < claim.length()) {
                get(origin);
            }
            compare(origin);
            return true;
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            last = e;
            return false;
        }
    }

    private Duration answered(URI origin, OriginAnswerException answer) {
        last = answer.failure();
        Duration wait = answer.retryAfter();
        if (wait == null) {
            left.remove(origin);
            if (verdict == null || verdict instanceof InvalidClaimException) {
                verdict = answer.failure();
            }
            return Duration.ZERO;
        }
        return longer(wait, PAUSE);
    }

    private void get(URI origin) throws IOException, OriginAnswerException {
        long from = sink.position();
        HttpURLConnection connection = prepare("GET", origin);
        if (from > 0) {
            connection.setRequestProperty("Range", "bytes=" + from + '-');
            connection.setRequestProperty("If-Range", '"' + HexFormat.of().toHexDigits(claim.nonce()) + '"');
        }
        boolean complete = false;
        try {
            OriginRequests.expect(from > 0 ? HttpURLConnection.HTTP_PARTIAL : HttpURLConnection.HTTP_OK, connection,
                    origin, claim);
            ensureAnnounced(connection, origin, from);
            announced = ReprDigest.parse(connection.getHeaderField(ReprDigest.HEADER));
            try (InputStream body = connection.getInputStream()) {
                read(body);
                complete = true;
            }
        } finally {
            if (!complete) {
                connection.disconnect();
            }
        }
    }

    private HttpURLConnection prepare(String method, URI origin) throws IOException {
        HttpURLConnection connection = requests.prepare(method, origin, claim, sink.remaining());
        headers.forEach(connection::setRequestProperty);
        return connection;
    }

    /** The origin says how much it will send. Nothing is taken if that is not what the claim says. */
    private void ensureAnnounced(HttpURLConnection connection, URI origin, long from) throws OriginAnswerException {
        long length = connection.getHeaderFieldLong("Content-Length", -1);
        String range = connection.getHeaderField("Content-Range");
        String encoding = connection.getHeaderField("Content-Encoding");
        String expected = from > 0 ? new ByteRange(from, claim.length() - from).of(claim.length()) : null;
        if (length != claim.length() - from || connection.getHeaderField("Transfer-Encoding") != null
                || (expected != null && !expected.equals(range))) {
            throw OriginAnswerException.unusable(claim.key(),
                    OriginRequests.origin(origin) + " sends another length than the "
                            + (claim.length() - from) + " bytes that are needed");
        }
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw OriginAnswerException.unusable(claim.key(),
                    OriginRequests.origin(origin) + " sends the bytes encoded");
        }
    }

    private void read(InputStream body) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, claim.length() - sink.position())];
        while (sink.position() < claim.length()) {
            int wanted = (int) Math.min(chunk.length, claim.length() - sink.position());
            int have = 0;
            try {
                while (have < wanted) {
                    int count = body.read(chunk, have, wanted - have);
                    if (count < 0) {
                        throw new IOException("The response ended too early.");
                    }
                    have += count;
                }
            } finally {
                sink.append(chunk, have);
            }
        }
    }

    /** Compares the digest of what has come with the origin's. */
    private void compare(URI origin) throws IOException, OriginAnswerException {
        byte[] expected = announced != null ? announced : askForDigest(origin);
        if (!MessageDigest.isEqual(expected, digest())) {
            throw failed("its bytes were changed on the way: their digest is not the one of "
                    + OriginRequests.origin(origin));
        }
    }

    private byte[] askForDigest(URI origin) throws IOException, OriginAnswerException {
        HttpURLConnection connection = prepare("HEAD", origin);
        connection.setRequestProperty(ReprDigest.WANTED, ReprDigest.ANY);
        OriginRequests.expect(HttpURLConnection.HTTP_OK, connection, origin, claim);
        ensureAnnounced(connection, origin, 0);
        byte[] digest = ReprDigest.parse(connection.getHeaderField(ReprDigest.HEADER));
        if (digest == null) {
            throw OriginAnswerException.unusable(claim.key(),
                    OriginRequests.origin(origin) + " does not say the digest of the"
                            + " bytes (Repr-Digest)");
        }
        return digest;
    }

    /** A second origin may be asked for its digest. */
    private byte[] digest() {
        byte[] digest = own != null ? own : sink.digest();
        own = digest;
        return digest;
    }

    private ClaimUnavailableException failed(String why) {
        return new ClaimUnavailableException(claim.key(), why, last);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
