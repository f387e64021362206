package io.resourcelink.boot.health;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.unit.DataSize;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Health of the segment directory. It is {@link Status#DOWN} if the directory cannot be used, if fewer bytes are free
 * than the threshold, or if the last collection of orphans failed.
 *
 * <p>Details are the {@code directory}, the {@code capacity} of its file system, the bytes that a new segment may take
 * ({@code free}), what limits them ({@code limitedBy}), the source of that limit ({@code limitSource}), the {@code
 * threshold}, the number of {@code live} segments, and how many of them are {@code expired}. If too little space is
 * free, {@code remedy} says what to do. Numbers without a limit are omitted. Each check lists the directory.
 */
public class IpcHealthIndicator extends AbstractHealthIndicator {

    private final ResourceLinkFactory factory;
    private final @Nullable OrphanCollector collector;
    private final DataSize threshold;

    /**
     * Creates the indicator.
     *
     * @param factory the factory whose directory is checked
     * @param collector the collector whose last result is checked, or {@code null} if this application does not collect
     * orphans
     * @param threshold how much space must be free, such as the size of a few segments
     */
    public IpcHealthIndicator(ResourceLinkFactory factory, @Nullable OrphanCollector collector, DataSize threshold) {
        super("IPC health check failed");
        this.factory = factory;
        this.collector = collector;
        this.threshold = threshold;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.withDetail("directory", factory.directory().toString());
        Capacity capacity = factory.capacity();
        withLimit(builder, "capacity", capacity.total());
        withLimit(builder, "free", capacity.free());
        if (capacity.free() != Long.MAX_VALUE) {
            builder.withDetail("limitedBy", capacity.limit().label()).withDetail("limitSource", capacity.source());
        }
        builder.withDetail("threshold", threshold.toBytes());
        List<ResourceLinkInfo> segments = factory.list();
        builder.withDetail("live", segments.size());
        builder.withDetail("expired", segments.stream().filter(ResourceLinkInfo::expired).count());
        String failure = collector != null ? collector.status().lastFailure() : null;
        if (failure != null) {
            builder.down().withDetail("collector", failure);
        } else if (capacity.free() < threshold.toBytes()) {
            builder.down().withDetail("remedy",
                    "Release or collect segments, or " + capacity.limit().remedy() + ".");
        } else {
            builder.up();
        }
    }

    private static void withLimit(Health.Builder builder, String detail, long bytes) {
        if (bytes != Long.MAX_VALUE) {
            builder.withDetail(detail, bytes);
        }
    }
}
