package io.resourcelink.boot.claim.http;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import javax.net.ssl.SSLSocketFactory;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.boot.observation.Observed;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.internal.work.Failures;

/**
 * Fetches the bytes of claims from their origins over HTTP. It connects only to the origins that it was given, follows no redirect,
 * resumes by range after a broken connection, tries the origins of a claim in turn, and compares the digest of the bytes.
 *
 * <p>Immutable and thread-safe. It has no thread and no pool of its own to close; the JDK keeps idle connections for some seconds.
 * Each fetch needs a heap of 256 KiB, whatever the size of the payload. A fetch is the observation {@code ipc.claim.fetch}, asking
 * an origin to renew or to settle is {@code ipc.claim.renew} and {@code ipc.claim.settle}.
 */
public final class HttpClaimFetcher implements ClaimFetcher {

    private final AllowedOrigins allowed;
    private final OriginRequests requests;
    private final ObservationRegistry observations;
    private final Failures failures = new Failures("Fetching claims");
    private final AtomicInteger running = new AtomicInteger();
    private final LongAdder bytes = new LongAdder();

    private HttpClaimFetcher(Builder builder) {
        this.allowed = new AllowedOrigins(builder.allowed);
        this.requests = new OriginRequests(builder.signer, builder.tls, builder.connectTimeout, builder.clock);
        this.observations = builder.observations;
    }

    /**
     * {@return a builder of a fetcher, which connects to no host until it is told some}
     *
     * @param signer signs the requests
     */
    public static Builder builder(ClaimSigner signer) {
        return new Builder(signer);
    }

    /** {@return what asks the same origins to renew and to settle} */
    public ClaimOrigins origins() {
        return new HttpClaimOrigins(allowed, requests, observations);
    }

    /** {@return what this fetcher has done} */
    public ClaimFetchStatistics statistics() {
        return new ClaimFetchStatistics(running.get(), bytes.sum());
    }

    @Override
    public void fetch(Claim claim, Sink sink) throws InterruptedException {
        List<URI> origins = allowed.of(claim);
        running.incrementAndGet();
        try {
            fetch(claim, sink, origins);
        } finally {
            running.decrementAndGet();
        }
    }

    private void fetch(Claim claim, Sink sink, List<URI> origins) throws InterruptedException {
        Map<String, String> headers = new HashMap<>();
        try (Observed observed = RequestObservation.start("ipc.claim.fetch", claim, headers, observations, failures)) {
            try {
                read(new GuardedSink(sink, bytes::add), claim, origins, headers);
            } catch (Throwable e) {
                observed.failed(e);
                throw e;
            }
        }
    }

    /** On time-out or interrupt, the sink takes no more bytes when this has returned, although a thread may still be reading. */
    private void read(GuardedSink sink, Claim claim, List<URI> origins, Map<String, String> headers)
            throws InterruptedException {
        Transfer transfer = new Transfer(requests, claim, origins, headers, sink);
        Duration timeout = sink.remaining();
        try {
            TimedCall.call(timeout, () -> {
                transfer.run();
                return true;
            });
        } catch (TimeoutException e) {
            throw new ClaimUnavailableException(claim.key(), "it was not fetched within " + timeout + ", but "
                    + sink.position() + " of " + claim.length() + " bytes of it", e);
        } finally {
            sink.end();
        }
    }

    /** Makes a fetcher. Used by one thread. */
    public static final class Builder {

        private final ClaimSigner signer;
        private List<String> allowed = List.of();
        private Supplier<@Nullable SSLSocketFactory> tls = () -> null;
        private Duration connectTimeout = Duration.ofSeconds(5);
        private ObservationRegistry observations = ObservationRegistry.NOOP;
        private InstantSource clock = InstantSource.system();

        private Builder(ClaimSigner signer) {
            this.signer = signer;
        }

        /**
         * Sets the hosts that it connects to. All others are refused.
         *
         * @param origins scheme, host and port, such as {@code https://host:8443}; {@code https://*.example.org} stands for all
         * hosts with one label in front
         * @return this
         */
        public Builder allowedOrigins(List<String> origins) {
            allowed = List.copyOf(origins);
            return this;
        }

        /**
         * Sets what makes the sockets for https. It is asked for each request, so certificates may be renewed.
         *
         * @param factory a supplier of a socket factory, or of {@code null} for the JDK's default
         * @return this
         */
        public Builder tls(Supplier<@Nullable SSLSocketFactory> factory) {
            tls = factory;
            return this;
        }

        /**
         * Sets how long to wait for a connection at most. The default is 5 s.
         *
         * @param timeout a positive time
         * @return this
         */
        public Builder connectTimeout(Duration timeout) {
            if (!timeout.isPositive()) {
                throw new IllegalArgumentException("The time to connect is positive; it was " + timeout + ".");
            }
            connectTimeout = timeout;
            return this;
        }

        /**
         * Sets where fetches are observed.
         *
         * @param registry of observations
         * @return this
         */
        public Builder observations(ObservationRegistry registry) {
            observations = registry;
            return this;
        }

        /** Another wall clock, for tests. */
        Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /**
         * {@return the fetcher}
         *
         * @throws IllegalArgumentException if an allowed origin is not valid
         */
        public HttpClaimFetcher build() {
            return new HttpClaimFetcher(this);
        }
    }
}
