package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.error.ClaimGoneException;

/**
 * Makes requests to origins: signed, without redirects, without compression. The JDK's {@link HttpURLConnection} is used because
 * it needs no library, hands the bytes over as they come, and allocates next to nothing for them.
 */
final class OriginRequests {

    /** Under an origin that is an address without a path. */
    static final String DEFAULT_PATH = "/ipc/claims";

    /** For how long a signed request is valid. It bounds how far the clocks of two hosts may differ. */
    private static final Duration VALID = Duration.ofMinutes(2);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY_REQUESTS = 429;

    private final ClaimSigner signer;
    private final Supplier<@Nullable SSLSocketFactory> tls;
    private final Duration connectTimeout;
    private final InstantSource clock;

    OriginRequests(ClaimSigner signer, Supplier<@Nullable SSLSocketFactory> tls, Duration connectTimeout,
            InstantSource clock) {
        this.signer = signer;
        this.tls = tls;
        this.connectTimeout = connectTimeout;
        this.clock = clock;
    }

    /** Prepares a request. Nothing is sent until its status is asked for. */
    HttpURLConnection prepare(String method, URI origin, Claim claim, Duration remaining) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address(origin).toURL().openConnection();
        SSLSocketFactory factory = tls.get();
        if (factory != null && connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(factory);
        }
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout(millis(min(connectTimeout, remaining)));
        connection.setReadTimeout(millis(remaining));
        connection.setRequestProperty("Authorization", signer.authorize(method, claim, clock.instant().plus(VALID)));
        connection.setRequestProperty("Accept-Encoding", "identity");
        connection.setRequestProperty("Accept", "*/*");
        connection.setRequestProperty("User-Agent", "ipc-claims");
        return connection;
    }

    /**
     * Sends the request, and returns if the status is the expected one.
     *
     * @throws IOException if there is no answer, or one that may be another one next time
     * @throws OriginAnswerException if the origin does not have the bytes, or not now
     * @throws ClaimGoneException if the origin says that it is gone
     */
    static void expect(int expected, HttpURLConnection connection, URI origin, Claim claim)
            throws IOException, OriginAnswerException {
        int status = connection.getResponseCode();
        if (status == expected) {
            return;
        }
        String what = origin(origin) + " answered with status " + status;
        switch (status) {
            case HttpURLConnection.HTTP_GONE -> throw new ClaimGoneException(claim.key(), origin(origin)
                    + " says that its time to live is over, or that it was settled or removed");
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
                throw OriginAnswerException.refused(what + ": it does not accept the signed request. Both sides need"
                        + " the same secrets (ipc.claims.secrets) and clocks that differ by less than "
                        + VALID.toMinutes() + " minutes, and no filter of that application may refuse this path");
            case HttpURLConnection.HTTP_UNAVAILABLE, TOO_MANY_REQUESTS ->
                throw OriginAnswerException.busy(claim.key(), what, retryAfter(connection));
            case HttpURLConnection.HTTP_NOT_FOUND -> throw OriginAnswerException.unusable(claim.key(), what
                    + ": the directory of this payload is not the one of that process, or its path is another one"
                    + " (ipc.claims.origin.path)");
            default -> {
                if (status >= SERVER_ERROR || status < 0) {
                    throw new IOException(what);
                }
                throw OriginAnswerException.unusable(claim.key(), what
                        + (status >= 300 && status < 400 ? ", a redirect, which is not followed" : ""));
            }
        }
    }

    private static Duration retryAfter(HttpURLConnection connection) {
        int seconds = connection.getHeaderFieldInt("Retry-After", 1);
        return Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_WAIT.toSeconds()));
    }

    /** {@return an origin for people, without its path} */
    static String origin(URI origin) {
        return "origin " + origin.getScheme() + "://" + origin.getAuthority();
    }

    private static URI address(URI origin) {
        String path = origin.getRawPath();
        return path == null || path.isEmpty() || path.equals("/") ? origin.resolve(DEFAULT_PATH) : origin;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Zero would mean for ever. */
    private static int millis(Duration duration) {
        return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
    }
}
