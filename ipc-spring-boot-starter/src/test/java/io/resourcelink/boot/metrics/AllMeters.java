package io.resourcelink.boot.metrics;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler.IgnoredMeters;
import io.micrometer.observation.ObservationRegistry;

import io.resourcelink.Content;
import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.HostClaims;
import io.resourcelink.boot.claim.http.ClaimOrigin;
import io.resourcelink.boot.claim.http.HttpClaimFetcher;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.segment.SpaceId;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Does in one registry everything that the starter measures. */
final class AllMeters {

    private static final URI NOBODY = URI.create("http://127.0.0.1:1");

    private final MeterRegistry registry;
    private final TestDirectories directories;
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final ClaimSigner signer = ClaimSigner.of(List.of(new byte[ClaimSigner.MIN_SECRET]));

    /** Counts of long tasks are left to who wants them. */
    AllMeters(MeterRegistry registry, TestDirectories directories) {
        this.registry = registry;
        this.directories = directories;
        observations.observationConfig().observationHandler(
                new DefaultMeterObservationHandler(registry, IgnoredMeters.LONG_TASK_TIMER));
    }

    /**
     * Measures everything but what origins are asked to renew and to settle.
     *
     * @param reading reads the meters while there is what they measure
     */
    void measure(Runnable reading) {
        new LinkMetrics(registry).failed(Operation.CREATE, "frame", new IllegalStateException(), ZERO);
        try (ResourceLinkFactory factory = factory();
                Channel channel = Channel.builder().directory(directories.channels()).open()) {
            new SegmentMetrics(factory, Clock.SYSTEM).bindTo(registry);
            new PoolMetrics(factory).bindTo(registry);
            new ChannelMetrics(channel).bindTo(registry);
            sendAndHandle(channel);
            publishAndOpen(factory);
            reading.run();
        }
    }

    private static ResourceLinkFactory factory() {
        return ResourceLinkFactory.builder().inProcess(new InProcessMemory(1000)).build();
    }

    private void sendAndHandle(Channel channel) {
        try (IpcTemplate template = new IpcTemplate(channel)) {
            template.setObservationRegistry(observations);
            IpcListenerEndpointRegistry listeners = new IpcListenerEndpointRegistry(() -> channel, () -> template);
            listeners.setObservationRegistry(observations);
            listeners.register(new IpcListenerEndpoint("texts", String.class, message -> message.getPayload()));
            new ListenerMetrics(listeners).bindTo(registry);
            listeners.start();
            template.convertSendAndReceive("texts", "hello", String.class);
            listeners.stop();
        }
    }

    /** One claim of this host, and one of an origin that nobody answers for. */
    private void publishAndOpen(ResourceLinkFactory factory) {
        LocalClaims local = LocalClaims.signed(factory, signer);
        HttpClaimFetcher fetcher = fetcher();
        new ClaimFetchMetrics(fetcher).bindTo(registry);
        new ClaimOriginMetrics(new ClaimOrigin(local, signer, 1)).bindTo(registry);
        HostClaims claims = new HostClaims(local);
        claims.setObservationRegistry(observations);
        claims.setFetcher(fetcher, null);
        Claim claim = claims.publish(Content.of(new byte[1]), ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)));
        claims.open(claim).close();
        Claim far = far(claim);
        assertThatExceptionOfType(ClaimUnavailableException.class).isThrownBy(() -> claims.open(far));
        claims.settle(claim);
    }

    /** Asks an origin that nobody answers for to renew and to settle. */
    void renewAndSettle() {
        try (ResourceLinkFactory factory = factory()) {
            HostClaims claims = new HostClaims(LocalClaims.signed(factory, signer));
            HttpClaimFetcher fetcher = fetcher();
            claims.setFetcher(fetcher, fetcher.origins());
            Claim claim = claims.publish(Content.of(new byte[1]),
                    ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)));
            Claim far = far(claim);
            assertThatExceptionOfType(ClaimUnavailableException.class).isThrownBy(() -> claims.renew(far));
            assertThat(claims.settle(far)).isFalse();
            claims.settle(claim);
        }
    }

    private HttpClaimFetcher fetcher() {
        return HttpClaimFetcher.builder(signer).allowedOrigins(List.of(NOBODY.toString())).observations(observations)
                .build();
    }

    private Claim far(Claim near) {
        return signer.sign(new Claim(new SpaceId("f".repeat(32)), near.key(), near.kind(), near.nonce(), 1,
                near.expiresAt(), List.of(NOBODY)));
    }
}
