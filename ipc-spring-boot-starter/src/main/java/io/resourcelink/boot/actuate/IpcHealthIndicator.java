package io.resourcelink.boot.actuate;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.resourcelink.Capacity;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkInfo;
import io.resourcelink.boot.collector.OrphanCollector;

/**
 * Health of the segment directory: {@link Status#DOWN} if it cannot be used, or if the last collection of orphans
 * failed. Details are the {@code directory}, the {@code capacity} of its file system and what is {@code free} of it in
 * bytes, the number of {@code live} segments and how many of them are {@code expired}. Capacity and free are left out
 * where the file system is not limited. Each check lists the directory.
 */
public class IpcHealthIndicator extends AbstractHealthIndicator {

    private final ResourceLinkFactory factory;
    private final @Nullable OrphanCollector collector;

    /**
     * Makes the indicator.
     *
     * @param factory whose directory is checked
     * @param collector whose last collection is checked, or {@code null} if orphans are not collected here
     */
    public IpcHealthIndicator(ResourceLinkFactory factory, @Nullable OrphanCollector collector) {
        super("IPC health check failed");
        this.factory = factory;
        this.collector = collector;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.withDetail("directory", factory.directory().toString());
        Capacity capacity = factory.capacity();
        withLimit(builder, "capacity", capacity.total());
        withLimit(builder, "free", capacity.free());
        List<ResourceLinkInfo> segments = factory.list();
        builder.withDetail("live", segments.size());
        builder.withDetail("expired", segments.stream().filter(ResourceLinkInfo::expired).count());
        String failure = collector != null ? collector.status().lastFailure() : null;
        if (failure == null) {
            builder.up();
        } else {
            builder.down().withDetail("collector", failure);
        }
    }

    private static void withLimit(Health.Builder builder, String detail, long bytes) {
        if (bytes != Long.MAX_VALUE) {
            builder.withDetail(detail, bytes);
        }
    }
}
