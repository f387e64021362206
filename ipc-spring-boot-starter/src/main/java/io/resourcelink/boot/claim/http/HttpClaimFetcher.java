package io.resourcelink.boot.claim.http;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import javax.net.ssl.SSLSocketFactory;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.error.ClaimUnavailableException;

/*
 * A read from a socket ends neither by a deadline for the whole fetch nor by an interrupt. So a virtual thread reads: an interrupt
 * closes the socket that it waits for. The caller waits for it, and on time-out or interrupt it first has the sink take no more
 * bytes, then interrupts the reader, and does not wait until that has ended, because looking up a name can't be interrupted.
 */

/**
 * Fetches the bytes of claims from their origins over HTTP. It connects only to the origins that it was given, follows no redirect,
 * resumes by range after a broken connection, tries the origins of a claim in turn, and compares the digest of the bytes.
 *
 * <p>Immutable and thread-safe. It has no thread and no pool of its own to close; the JDK keeps idle connections for some seconds.
 * Each fetch needs a heap of 256 KiB, whatever the size of the payload. A fetch is the observation {@code ipc.claims.fetch}.
 */
public final class HttpClaimFetcher implements ClaimFetcher {

    private final AllowedOrigins allowed;
    private final OriginRequests requests;
    private final ObservationRegistry observations;

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

    @Override
    public void fetch(Claim claim, Sink sink) throws InterruptedException {
        List<URI> origins = allowed.of(claim);
        Map<String, String> headers = new HashMap<>();
        Observation observation = Observation.createNotStarted("ipc.claims.fetch", () -> {
            SenderContext<Map<String, String>> context = new SenderContext<>((carrier, key, value) -> {
                if (carrier != null) {
                    carrier.put(key, value);
                }
            }, Kind.CLIENT);
            context.setCarrier(headers);
            return context;
        }, observations).contextualName("fetch claim").lowCardinalityKeyValue("ipc.kind", claim.kind().label());
        observation.observeChecked(() -> read(new GuardedSink(sink), claim, origins, headers));
    }

    private void read(GuardedSink sink, Claim claim, List<URI> origins, Map<String, String> headers)
            throws InterruptedException {
        Transfer transfer = new Transfer(requests, claim, origins, headers, sink);
        FutureTask<Void> task = new FutureTask<>(() -> {
            transfer.run();
            return null;
        });
        Duration timeout = sink.remaining();
        Thread reader = Thread.ofVirtual().name("ipc-claim-fetch").start(task);
        try {
            task.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new ClaimUnavailableException(claim.key(), "it was not fetched within " + timeout + ", but "
                    + sink.position() + " of " + claim.length() + " bytes of it", null);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            sink.end();
            reader.interrupt();
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case RuntimeException failure -> failure;
            case Error failure -> throw failure;
            case InterruptedException failure -> throw failure;
            case null, default -> new IllegalStateException("A fetch failed.", e);
        };
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
