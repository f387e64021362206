package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.claim.Claim;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.IpcException;

/** Asks origins over HTTP, each once, in the claim's order, until one has done it. Thread-safe. */
final class HttpClaimOrigins implements ClaimOrigins {

    private final AllowedOrigins allowed;
    private final OriginRequests requests;

    HttpClaimOrigins(AllowedOrigins allowed, OriginRequests requests) {
        this.allowed = allowed;
        this.requests = requests;
    }

    @Override
    public boolean settle(Claim claim, Duration timeout) {
        try {
            ask("DELETE", HttpURLConnection.HTTP_NO_CONTENT, claim, timeout);
            return true;
        } catch (ClaimGoneException _) {
            return false;
        }
    }

    @Override
    public Claim renew(Claim claim, Duration timeout) {
        return Claim.parse(ask("POST", HttpURLConnection.HTTP_OK, claim, timeout));
    }

    private String ask(String method, int expected, Claim claim, Duration timeout) {
        List<URI> origins = allowed.of(claim);
        try {
            return TimedCall.call(timeout, () -> askInTurn(method, expected, claim, origins, timeout));
        } catch (TimeoutException e) {
            throw new ClaimUnavailableException(claim.key(), "its origin did not answer within " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClaimUnavailableException(claim.key(), "the thread was interrupted while it asked its origin", e);
        }
    }

    private String askInTurn(String method, int expected, Claim claim, List<URI> origins, Duration timeout) {
        IpcException failure = null;
        for (URI origin : origins) {
            try {
                return ask(method, expected, claim, origin, timeout);
            } catch (OriginAnswerException e) {
                failure = worse(failure, e.failure());
            } catch (IOException e) {
                failure = worse(failure, new ClaimUnavailableException(claim.key(), OriginRequests.origin(origin)
                        + " was not reached (" + e + ")", e));
            }
        }
        throw failure != null ? failure : new ClaimUnavailableException(claim.key(), "it has no origin", null);
    }

    /** What a retry may cure is worth more to the caller. */
    private static IpcException worse(@Nullable IpcException one, IpcException other) {
        return one == null || one instanceof InvalidClaimException ? other : one;
    }

    private String ask(String method, int expected, Claim claim, URI origin, Duration timeout)
            throws IOException, OriginAnswerException {
        HttpURLConnection connection = requests.prepare(method, origin, claim, timeout);
        OriginRequests.expect(expected, connection, origin, claim);
        if (expected == HttpURLConnection.HTTP_NO_CONTENT) {
            return "";
        }
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readNBytes(Claim.MAX_TEXT + 1), StandardCharsets.US_ASCII);
        }
    }
}
