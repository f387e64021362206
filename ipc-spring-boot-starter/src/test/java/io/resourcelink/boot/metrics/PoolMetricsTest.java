package io.resourcelink.boot.metrics;

import java.time.Duration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.segment.Retention;

import static org.assertj.core.api.Assertions.assertThat;

class PoolMetricsTest {

    private static final int SIZE = 100_000;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void whatIsKeptAndWhatWasUsedAgainIsCounted() {
        Retention lasting = new Retention(16, 512L << 20, Duration.ofDays(1));
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directories.memory())
                .recycling(lasting).build(); ResourceLinkFactory other = directories.factory()) {
            new PoolMetrics(factory).bindTo(registry);
            publish(factory, "first").close();
            assertThat(gauge("idle")).isZero();
            publish(factory, "second").close();
            assertThat(gauge("idle")).isOne();
            assertThat(registry.get("ipc.pool.bytes").gauge().value()).isEqualTo(SIZE + 64);
            ResourceLink third = publish(factory, "third");
            assertThat(registry.get("ipc.pool.reused").functionCounter().count()).isOne();
            try (ResourceLink _ = other.acquire("third")) {
                third.close();
                assertThat(gauge("lent")).isOne();
                assertThat(gauge("idle")).isZero();
            }
        }
    }

    private static ResourceLink publish(ResourceLinkFactory factory, String key) {
        return factory.publish(key, Content.of(new byte[SIZE]));
    }

    private double gauge(String state) {
        return registry.get("ipc.pool.segments").tag("state", state).gauge().value();
    }
}
