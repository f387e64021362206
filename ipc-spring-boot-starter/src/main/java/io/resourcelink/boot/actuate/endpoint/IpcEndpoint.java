package io.resourcelink.boot.actuate.endpoint;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * {@link Endpoint @Endpoint} that shows the segments, the available space, the results of the collector of orphans, and what this
 * application receives and sends.
 * With unrestricted access it also collects orphans and removes segments. Reading takes no reference and no lock. Each
 * read of all segments lists the directories.
 */
@Endpoint(id = "ipc", defaultAccess = Access.READ_ONLY)
public class IpcEndpoint {

    private static final int DEFAULT_LIMIT = 1000;

    private final ResourceLinkFactory factory;
    private final @Nullable OrphanCollector collector;
    private final @Nullable ChannelsSource channels;

    /**
     * Creates the endpoint.
     *
     * @param factory the factory whose segments are shown
     * @param collector the collector whose status is shown, or {@code null} if this application does not collect
     * orphans
     * @param channels describes the channels that are shown, or {@code null} if this application cannot send messages
     */
    public IpcEndpoint(ResourceLinkFactory factory, @Nullable OrphanCollector collector,
            @Nullable ChannelsSource channels) {
        this.factory = factory;
        this.collector = collector;
        this.channels = channels;
    }

    /**
     * {@return the live segments of both kinds, sorted by key, with the state of the directories and the collector}
     *
     * @param key the only key to show, or {@code null} for all; a web server may refuse some keys in a path
     * @param prefix prefix of the keys, or {@code null} for all
     * @param limit maximum number of segments that are shown, or {@code null} for 1000
     */
    @ReadOperation
    public IpcDescriptor ipc(@Nullable String key, @Nullable String prefix, @Nullable Integer limit) {
        if (limit != null && limit < 0) {
            throw new InvalidEndpointRequestException("The limit must be 0 or more; it was " + limit + ".",
                    "The limit is negative");
        }
        List<ResourceLinkInfo> all = factory.list();
        List<ResourceLinkInfo> matching = all.stream().filter(segment -> key == null || segment.key().equals(key))
                .filter(segment -> prefix == null || segment.key().startsWith(prefix)).toList();
        List<SegmentDescriptor> shown = matching.stream().limit(limit != null ? limit : DEFAULT_LIMIT)
                .map(SegmentDescriptor::of).toList();
        return new IpcDescriptor(factory.directory().toString(), CapacityDescriptor.of(factory.capacity()),
                kinds().flatMap(kind -> DirectoryDescriptor.of(factory, kind).stream()).toList(),
                collector != null ? collector.status() : null, channels != null ? channels.describe() : null,
                all.size(), matching.size(), shown.size(), shown);
    }

    /**
     * {@return the segment with that key, or {@code null} if there is no such segment}
     *
     * @param key its key
     * @param kind its kind, or {@code null} to look for the factory's default kind first and then for the other one
     */
    @ReadOperation
    public @Nullable SegmentDescriptor segment(@Selector String key, @Nullable ResourceKind kind) {
        return orBadRequest(() -> kinds(kind).flatMap(candidate -> factory.info(key, candidate).stream()).findFirst()
                .map(SegmentDescriptor::of).orElse(null));
    }

    /**
     * Collects orphans now: those that the collector would collect, or those of any age if this application has no
     * collector.
     *
     * @return what was collected, and what was not collected for which reason
     */
    @WriteOperation
    public SweepDescriptor collect() {
        return SweepDescriptor.of(collector != null ? collector.sweep(factory) : factory.collectOrphans(Duration.ZERO));
    }

    /**
     * Removes the name of a segment, with or without references. Processes with references keep the memory.
     *
     * @param key its key
     * @param kind its kind, or {@code null} to look for the factory's default kind first and then for the other one
     * @return no content, or not found if there is no such segment
     */
    @DeleteOperation
    public WebEndpointResponse<Void> remove(@Selector String key, @Nullable ResourceKind kind) {
        boolean removed = orBadRequest(() -> kinds(kind).anyMatch(candidate -> factory.remove(key, candidate)));
        return new WebEndpointResponse<>(
                removed ? WebEndpointResponse.STATUS_NO_CONTENT : WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /**
     * Removes the name of a segment whose key a web server may refuse in a path. Otherwise like {@link #remove}.
     *
     * @param key its key
     * @param kind its kind, or {@code null} to look for the factory's default kind first and then for the other one
     * @return no content, or not found if there is no such segment
     */
    @DeleteOperation
    public WebEndpointResponse<Void> removeByKey(String key, @Nullable ResourceKind kind) {
        return remove(key, kind);
    }

    private Stream<ResourceKind> kinds(@Nullable ResourceKind kind) {
        return kind != null ? Stream.of(kind) : kinds();
    }

    /** {@return the kinds, beginning with the default one} */
    private Stream<ResourceKind> kinds() {
        return Arrays.stream(ResourceKind.values()).sorted(Comparator.comparing(kind -> kind != factory.defaultKind()));
    }

    private interface Answer<T extends @Nullable Object> {
        T get();
    }

    private static <T extends @Nullable Object> T orBadRequest(Answer<T> answer) {
        try {
            return answer.get();
        } catch (InvalidKeyException | InvalidSegmentException e) {
            throw new InvalidEndpointRequestException("There is no segment with this key", e.getMessage(), e);
        }
    }
}
