package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.HttpRequestHandler;

import io.resourcelink.ResourceLink;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.InvalidSegmentException;

/*
 * A response holds a reference on its segment until its last byte was handed to the server. Bytes are copied in chunks from the
 * segment to the heap, from there to the digest and to the server, so the heap does not grow with the payload. The server's own
 * way from a file to the socket (sendfile) is not used: it needs no copy, but goes on after the request has returned, without the
 * reference, and nobody sees the bytes for a digest.
 */

/**
 * Gives out, over HTTP, the payloads that were published as claims in the directories of this process, whichever process
 * published them. It serves requests whose {@code Authorization} is signed with one of the secrets, and nothing else: there is no
 * list, and no other segment can be read.
 *
 * <p>Responses: 200 or 206 with the bytes; 401 if the request is not signed for its method, or late; 404 if the claim is of
 * another directory or host, or its segment was not published as a claim; 410 if the segment is gone; 416, without a body, for
 * more than one range and for a range that the payload does not have; 503 if too many responses are being sent, or the
 * application stops. None has a body but those with bytes, and that of a POST, which is the text of the renewed claim.
 *
 * <p>Thread-safe. After {@link #stop()}, running responses go on, and new requests get a 503: Spring Boot's graceful shutdown
 * waits for those that run. It needs a heap of 256 KiB for each response.
 */
public final class ClaimOrigin implements HttpRequestHandler, SmartLifecycle {

    /** Stops before Spring Boot's graceful shutdown of the web server begins. */
    static final int PHASE = DEFAULT_PHASE - 512;

    private static final int CHUNK = 256 * 1024;
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "DELETE");
    private static final String SECONDS_TO_WAIT = "1";

    private final LocalClaims claims;
    private final ClaimSigner signer;
    private final InstantSource clock;
    private final OpenResponses responses;
    private final SentDigests digests = new SentDigests();
    private final OriginCounts counts = new OriginCounts();
    private volatile boolean running;

    /**
     * Makes an origin, which is to be bound to an address.
     *
     * @param claims finds the segments
     * @param signer checks the requests
     * @param maxResponses how many responses are sent at the same time; one or more
     */
    public ClaimOrigin(LocalClaims claims, ClaimSigner signer, int maxResponses) {
        this(claims, signer, maxResponses, InstantSource.system());
    }

    ClaimOrigin(LocalClaims claims, ClaimSigner signer, int maxResponses, InstantSource clock) {
        this.claims = Objects.requireNonNull(claims, "claims");
        this.signer = Objects.requireNonNull(signer, "signer");
        this.clock = clock;
        this.responses = new OpenResponses(maxResponses);
    }

    /** {@return how many responses are being sent} */
    public int openResponses() {
        return responses.count();
    }

    /** {@return what this origin has done} */
    public ClaimOriginStatistics statistics() {
        return counts.statistics(responses.count());
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        handle(request, response);
        counts.answered(response.getStatus());
    }

    private void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        String method = request.getMethod();
        if (!METHODS.contains(method)) {
            response.setHeader(HttpHeaders.ALLOW, String.join(", ", METHODS));
            empty(response, HttpStatus.METHOD_NOT_ALLOWED);
            return;
        }
        Claim claim = authorized(method, request.getHeader(HttpHeaders.AUTHORIZATION));
        if (claim == null) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "IPC-Claim");
            empty(response, HttpStatus.UNAUTHORIZED);
        } else if (!responses.tryBegin()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, SECONDS_TO_WAIT);
            empty(response, HttpStatus.SERVICE_UNAVAILABLE);
        } else {
            try {
                answer(method, claim, request, response);
            } finally {
                responses.end();
            }
        }
    }

    private @Nullable Claim authorized(String method, @Nullable String header) {
        try {
            return header == null ? null : signer.verify(method, header, clock.instant());
        } catch (InvalidClaimException _) {
            return null;
        }
    }

    private void answer(String method, Claim claim, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!claims.isNear(claim)) {
            empty(response, HttpStatus.NOT_FOUND);
            return;
        }
        try {
            switch (method) {
                case "DELETE" -> settle(claim, response);
                case "POST" -> renew(claim, response);
                default -> bytes(method, claim, request, response);
            }
        } catch (InvalidClaimException _) {
            empty(response, HttpStatus.NOT_FOUND);
        } catch (InvalidSegmentException _) {
            // Its file was truncated or overwritten. Nothing makes it whole again.
            empty(response, HttpStatus.GONE);
        }
    }

    private void settle(Claim claim, HttpServletResponse response) {
        boolean settled = claims.settle(claim);
        digests.remove(claim);
        empty(response, settled ? HttpStatus.NO_CONTENT : HttpStatus.GONE);
    }

    private void renew(Claim claim, HttpServletResponse response) throws IOException {
        Optional<Claim> renewed = claims.renew(claim);
        if (renewed.isEmpty()) {
            empty(response, HttpStatus.GONE);
            return;
        }
        byte[] text = renewed.get().toText().getBytes(StandardCharsets.US_ASCII);
        response.setContentType(MediaType.TEXT_PLAIN_VALUE);
        response.setContentLength(text.length);
        response.getOutputStream().write(text);
    }

    private void bytes(String method, Claim claim, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try (ResourceLink link = claims.tryOpen(claim).orElse(null)) {
            if (link == null) {
                digests.remove(claim);
                empty(response, HttpStatus.GONE);
                return;
            }
            String tag = '"' + HexFormat.of().toHexDigits(claim.nonce()) + '"';
            response.setHeader(HttpHeaders.ETAG, tag);
            response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
            if (method.equals("HEAD")) {
                head(claim, link, request.getHeader(ReprDigest.WANTED) != null, response);
            } else {
                get(claim, link, range(request, tag), response);
            }
        }
    }

    /** The value of {@code Range}, or {@code null} if all bytes are wanted. */
    private static @Nullable String range(HttpServletRequest request, String tag) {
        String condition = request.getHeader(HttpHeaders.IF_RANGE);
        return condition == null || condition.equals(tag) ? request.getHeader(HttpHeaders.RANGE) : null;
    }

    private void head(Claim claim, ResourceLink link, boolean wanted, HttpServletResponse response) throws IOException {
        byte[] digest = digests.get(claim);
        if (digest == null && wanted) {
            digest = copy(link, new ByteRange(0, link.payloadSize()), (_, _) -> {});
            digests.put(claim, digest);
        }
        payload(response, digest, link.payloadSize());
    }

    private void get(Claim claim, ResourceLink link, @Nullable String range, HttpServletResponse response)
            throws IOException {
        long size = link.payloadSize();
        ByteRange part = range == null ? new ByteRange(0, size) : ByteRange.parse(range, size);
        if (part == null) {
            response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
            empty(response, HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE);
            return;
        }
        if (range != null) {
            response.setStatus(HttpStatus.PARTIAL_CONTENT.value());
            response.setHeader(HttpHeaders.CONTENT_RANGE, part.of(size));
        }
        payload(response, digests.get(claim), part.length());
        OutputStream body = response.getOutputStream();
        byte[] digest = copy(link, part, (chunk, length) -> {
            body.write(chunk, 0, length);
            counts.sent(length);
        });
        if (part.isWhole(size)) {
            digests.put(claim, digest);
        }
    }

    /** Takes the next bytes of a payload. */
    @FunctionalInterface
    private interface Target {

        void take(byte[] chunk, int length) throws IOException;
    }

    /** Hands bytes over, and computes the digest of these bytes. */
    private static byte[] copy(ResourceLink link, ByteRange part, Target target) throws IOException {
        MessageDigest digest = ReprDigest.sha256();
        byte[] chunk = new byte[(int) Math.min(CHUNK, part.length())];
        for (long done = 0; done < part.length();) {
            int length = (int) Math.min(chunk.length, part.length() - done);
            try {
                link.readPayload(part.from() + done, ByteBuffer.wrap(chunk, 0, length));
            } catch (InvalidSegmentException e) {
                // Its file was truncated. The server closes the connection, so the other side sees a broken response.
                throw new IOException("A segment became unusable while it was sent.", e);
            }
            digest.update(chunk, 0, length);
            target.take(chunk, length);
            done += length;
        }
        return digest.digest();
    }

    private static void payload(HttpServletResponse response, byte @Nullable [] digest, long length) {
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        response.setContentLengthLong(length);
        if (digest != null) {
            response.setHeader(ReprDigest.HEADER, ReprDigest.format(digest));
        }
    }

    private static void empty(HttpServletResponse response, HttpStatus status) {
        response.setStatus(status.value());
        if (status != HttpStatus.NO_CONTENT) {
            response.setContentLength(0);
        }
    }

    @Override
    public void start() {
        responses.stop(false);
        running = true;
    }

    @Override
    public void stop() {
        responses.stop(true);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
