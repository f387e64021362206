package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.boot.observation.Observed;
import io.resourcelink.claim.Claim;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.work.Failures;

/** Asks origins over HTTP, each once, in the claim's order, until one has done it. Thread-safe. */
final class HttpClaimOrigins implements ClaimOrigins {

    private final AllowedOrigins allowed;
    private final OriginRequests requests;
    private final ObservationRegistry observations;
    private final Failures failures = new Failures("Asking the origins of claims");

    HttpClaimOrigins(AllowedOrigins allowed, OriginRequests requests, ObservationRegistry observations) {
        this.allowed = allowed;
        this.requests = requests;
        this.observations = observations;
    }

    @Override
    public boolean settle(Claim claim, Duration timeout) {
        try {
            observe("ipc.claim.settle", "DELETE", HttpURLConnection.HTTP_NO_CONTENT, claim, timeout);
            return true;
        } catch (ClaimGoneException _) {
            return false;
        }
    }

    @Override
    public Claim renew(Claim claim, Duration timeout) {
        return Claim.parse(observe("ipc.claim.renew", "POST", HttpURLConnection.HTTP_OK, claim, timeout));
    }

    private String observe(String name, String method, int expected, Claim claim, Duration timeout) {
        Map<String, String> headers = new HashMap<>();
        try (Observed observed = RequestObservation.start(name, claim, headers, observations, failures)) {
            try {
                return ask(new Question(method, expected, claim, headers), timeout);
            } catch (Throwable e) {
                observed.failed(e);
                throw e;
            }
        }
    }

    /**
     * What an origin is asked.
     *
     * @param method the method of the request
     * @param expected the status that says yes
     * @param claim what it is about
     * @param headers more headers
     */
    private record Question(String method, int expected, Claim claim, Map<String, String> headers) {}

    private String ask(Question question, Duration timeout) {
        Claim claim = question.claim();
        List<URI> origins = allowed.of(claim);
        try {
            return TimedCall.call(timeout, () -> askInTurn(question, origins, timeout));
        } catch (TimeoutException e) {
            throw new ClaimUnavailableException(claim.key(), "its origin did not answer within " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClaimUnavailableException(claim.key(), "the thread was interrupted while it asked its origin", e);
        }
    }

    private String askInTurn(Question question, List<URI> origins, Duration timeout) {
        Claim claim = question.claim();
        IpcException failure = null;
        for (URI origin : origins) {
            try {
                return ask(question, origin, timeout);
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

    private String ask(Question question, URI origin, Duration timeout) throws IOException, OriginAnswerException {
        HttpURLConnection connection = requests.prepare(question.method(), origin, question.claim(), timeout);
        question.headers().forEach(connection::setRequestProperty);
        OriginRequests.expect(question.expected(), connection, origin, question.claim());
        if (question.expected() == HttpURLConnection.HTTP_NO_CONTENT) {
            return "";
        }
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readNBytes(Claim.MAX_TEXT + 1), StandardCharsets.US_ASCII);
        }
    }
}
