package io.resourcelink.sample.hosts;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the profile {@code two-hosts}.
 *
 * @param broker where viewers reach the broker that the studio embeds
 * @param farDirectory the directory of the far host; by default that of the studio with {@code -far} behind it
 * @param farPort the port of the far host's page
 * @param pause time between two frames, at least
 * @param ttl how long a claim can be opened that no viewer settles
 * @param viewerHeap the heap of the near host's viewer, and that of the far host's studio
 * @param viewerOptions further options of their JVMs, and of those of the far host's workers
 */
@ConfigurationProperties("hosts")
public record HostsProperties(@DefaultValue("tcp://127.0.0.1:61616") URI broker, @Nullable String farDirectory,
        @DefaultValue("8081") int farPort,
        @DefaultValue("300ms") Duration pause, @DefaultValue("30s") Duration ttl,
        @DefaultValue("128MB") DataSize viewerHeap, @DefaultValue( {
        }) List<String> viewerOptions){

    /**
     * Checks the times.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public HostsProperties {
        viewerOptions = List.copyOf(viewerOptions);
        if (!pause.isPositive() || !ttl.isPositive()) {
            throw new IllegalArgumentException("hosts.pause and hosts.ttl must be positive.");
        }
    }
}
