package io.resourcelink.boot.actuate;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import io.resourcelink.Capacity;
import io.resourcelink.ResourceKind;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkInfo;
import io.resourcelink.boot.collector.CollectorStatus;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.InvalidSegmentException;

/**
 * {@link Endpoint @Endpoint} that shows the segments there are, how much room is left, and what the collector of
 * orphans has done. Reading it takes no reference and no lock; each read of all segments lists the directories.
 */
@Endpoint(id = "ipc", defaultAccess = Access.READ_ONLY)
public class IpcEndpoint {

    private final ResourceLinkFactory factory;
    private final @Nullable OrphanCollector collector;

    /**
     * Makes the endpoint.
     *
     * @param factory whose segments are shown
     * @param collector whose status is shown, or {@code null} if orphans are not collected here
     */
    public IpcEndpoint(ResourceLinkFactory factory, @Nullable OrphanCollector collector) {
        this.factory = factory;
        this.collector = collector;
    }

    /** {@return all live segments of both kinds, sorted by key, with the state of the directory and the collector} */
    @ReadOperation
    public IpcDescriptor ipc() {
        return new IpcDescriptor(factory.directory().toString(), CapacityDescriptor.of(factory.capacity()),
                collector != null ? collector.status() : null,
                factory.list().stream().map(SegmentDescriptor::of).toList());
    }

    /**
     * {@return the segment of that key, or {@code null} if there is none}
     *
     * @param key its name
     * @param kind where its bytes live, or {@code null} to look at the factory's default kind first and then at the
     * other
     */
    @ReadOperation
    public @Nullable SegmentDescriptor segment(@Selector String key, @Nullable ResourceKind kind) {
        try {
            return find(key, kind).map(SegmentDescriptor::of).orElse(null);
        } catch (InvalidKeyException | InvalidSegmentException e) {
            throw new InvalidEndpointRequestException("There is no segment of this key", e.getMessage(), e);
        }
    }

    private Optional<ResourceLinkInfo> find(String key, @Nullable ResourceKind kind) {
        // The factory makes a directory when it is first needed, and to be looked at is no need.
        return Arrays.stream(ResourceKind.values()).filter(candidate -> kind == null || kind == candidate)
                .filter(candidate -> Files.isDirectory(factory.directory(candidate)))
                .sorted(Comparator.comparing(candidate -> candidate != factory.defaultKind()))
                .flatMap(candidate -> factory.info(key, candidate).stream()).findFirst();
    }

    /**
     * Description of all there is.
     *
     * @param directory the directory of the factory's default kind
     * @param capacity room on its file system
     * @param collector what the collector has done so far, or {@code null} if orphans are not collected here
     * @param segments the live segments of both kinds, sorted by key
     */
    public record IpcDescriptor(String directory, CapacityDescriptor capacity, @Nullable CollectorStatus collector,
            List<SegmentDescriptor> segments) implements OperationResponseBody {}

    /**
     * Description of the room on a file system.
     *
     * @param total bytes it holds, or {@code null} if it is not limited
     * @param free bytes that can still be allocated, or {@code null} if it is not limited
     */
    public record CapacityDescriptor(@Nullable Long total, @Nullable Long free) {

        private static CapacityDescriptor of(Capacity capacity) {
            return new CapacityDescriptor(limit(capacity.total()), limit(capacity.free()));
        }

        private static @Nullable Long limit(long bytes) {
            return bytes != Long.MAX_VALUE ? bytes : null;
        }
    }

    /**
     * Description of a segment.
     *
     * @param key its name
     * @param kind where its bytes live, such as {@code shared-memory}
     * @param refcount references held on it by all processes
     * @param age time since it was created
     * @param ttl time to live, or {@code null} if it has none
     * @param expiresAt when the time to live is over, or {@code null} if it has none
     * @param expired whether the time to live is over
     * @param size bytes of its file: header and payload
     * @param payloadSize bytes of the payload
     * @param state {@code open} as long as it can be acquired, else {@code retired}
     * @param createdAt when it was created
     */
    public record SegmentDescriptor(String key, String kind, long refcount, Duration age, @Nullable Duration ttl,
            @Nullable Instant expiresAt, boolean expired, long size, long payloadSize, String state, Instant createdAt)
            implements
                OperationResponseBody {

        private static SegmentDescriptor of(ResourceLinkInfo info) {
            return new SegmentDescriptor(info.key(), info.kind().label(), info.refcount(), info.age(), info.ttl(),
                    info.expiresAt(), info.expired(), info.size(), info.payloadSize(),
                    info.state().name().toLowerCase(Locale.ROOT), info.createdAt());
        }
    }
}
