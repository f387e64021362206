package io.resourcelink.boot.messaging;

import java.lang.ref.Reference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.actuate.endpoint.IpcEndpoint;
import io.resourcelink.boot.autoconfigure.ResourceLinkFactoryBuilderCustomizer;
import io.resourcelink.boot.channel.autoconfigure.ChannelBuilderCustomizer;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelAutoConfiguration;
import io.resourcelink.boot.claim.http.ClaimOrigin;
import io.resourcelink.boot.claim.http.HttpClaimFetcher;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.boot.metrics.ChannelMetrics;
import io.resourcelink.boot.metrics.ClaimFetchMetrics;
import io.resourcelink.boot.metrics.ClaimOriginMetrics;
import io.resourcelink.boot.metrics.LinkMetrics;
import io.resourcelink.boot.metrics.ListenerMetrics;
import io.resourcelink.boot.metrics.PoolMetrics;
import io.resourcelink.boot.metrics.SegmentMetrics;
import io.resourcelink.channel.Channel;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.SegmentNotFoundException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Steps of a life in which segments are collected and measured, and an application starts. */
final class LifeOfFigures {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LEAKS = 3;

    private final TestDirectories directories;
    private final ResourceLinkFactory segments;
    private final Hooks hooks;
    private final Injection injection;
    private int keys;

    LifeOfFigures(TestDirectories directories, ResourceLinkFactory segments, Hooks hooks, Injection injection) {
        this.directories = directories;
        this.segments = segments;
        this.hooks = hooks;
        this.injection = injection;
    }

    /** One collection that fails and one that does not. */
    void collect() {
        OrphanCollector collector = new OrphanCollector(Duration.ZERO,
                injection.telling(InstantSource.class, InstantSource.system()));
        collector.collect(directories.closedFactory());
        collector.collect(segments);
        assertThat(collector.status().lastFailure()).isNull();
        directories.leaveOrphan("orphan-" + keys++);
        assertThat(collector.sweep(segments).collected()).isNotEmpty();
    }

    /** A counter of failures is made with the first of its kind, so those of the round before are taken away. */
    void links(SimpleMeterRegistry meters) {
        meters.find("ipc.failures").counters().forEach(meters::remove);
        String key = "measured-" + keys++;
        try (ResourceLink made = segments.create(key, 10); ResourceLink acquired = segments.acquire(key)) {
            assertThat(acquired.key()).isEqualTo(made.key());
        }
        assertThatExceptionOfType(SegmentNotFoundException.class).isThrownBy(() -> segments.acquire("none"));
        segments.collectOrphans(Duration.ZERO);
    }

    void measure(Channel channel, IpcListenerEndpointRegistry listeners) {
        SimpleMeterRegistry meters = hooks.meters();
        assertThat(new LinkMetrics(meters)).isNotNull();
        new ChannelMetrics(channel).bindTo(meters);
        new PoolMetrics(segments).bindTo(meters);
        new ListenerMetrics(listeners).bindTo(meters);
        ClaimSigner signer = ClaimSigner.of(List.of(new byte[ClaimSigner.MIN_SECRET]));
        new ClaimFetchMetrics(HttpClaimFetcher.builder(signer).build()).bindTo(meters);
        new ClaimOriginMetrics(new ClaimOrigin(LocalClaims.signed(segments, signer), signer, 1)).bindTo(meters);
        SegmentMetrics figures = new SegmentMetrics(segments, injection.telling(Clock.class, Clock.SYSTEM));
        try {
            figures.bindTo(meters);
            assertThat(meters.get("ipc.segments.live").gauges())
                    .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
            assertThat(meters.get("ipc.listener.serving").gauges())
                    .allSatisfy(gauge -> assertThat(gauge.value()).isOne());
        } finally {
            // Gauges hold weakly what they measure.
            Reference.reachabilityFence(figures);
        }
    }

    /** Links that are not closed explicitly, until the library closes them. */
    void leak() {
        for (int number = 0; number < LEAKS; number++) {
            forget("forgotten-" + keys++);
        }
        long start = System.nanoTime();
        do {
            System.gc();
            for (int look = 0; look < 100 && !segments.list().isEmpty(); look++) {
                LockSupport.parkNanos(1_000_000);
            }
        } while (!segments.list().isEmpty() && System.nanoTime() - start < PATIENCE.toNanos());
        assertThat(segments.list()).as("forgotten links").isEmpty();
    }

    private void forget(String key) {
        segments.create(key, 10);
    }

    void ask() {
        assertThat(new IpcEndpoint(segments, null, null).collect()).isNotNull();
    }

    void start() {
        directories.runner(IpcChannelAutoConfiguration.class)
                .withBean(ResourceLinkFactoryBuilderCustomizer.class,
                        () -> injection.telling(ResourceLinkFactoryBuilderCustomizer.class, _ -> {}))
                .withBean(ChannelBuilderCustomizer.class,
                        () -> injection.telling(ChannelBuilderCustomizer.class, _ -> {}))
                .run(context -> assertThat(context.getBean(Channel.class).isClosed()).isFalse());
    }
}
