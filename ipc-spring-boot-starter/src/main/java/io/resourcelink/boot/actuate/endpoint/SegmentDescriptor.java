package io.resourcelink.boot.actuate.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Description of a segment.
 *
 * @param key its key
 * @param kind its kind, such as {@code shared-memory}
 * @param refcount number of references that all processes hold, without those of ipckit's processes
 * @param headerCount count in the header of the segment; above {@code refcount}, processes of ipckit may use the segment
 * @param age time since it was created
 * @param ttl time to live, or {@code null} if it has none
 * @param expiresAt when the time to live ends, or {@code null} if it has none
 * @param expired whether the time to live is over
 * @param size size of its file in bytes: header and payload, and more if the file was made for a longer payload
 * @param payloadSize size of the payload in bytes
 * @param state {@code open} while it can be acquired, otherwise {@code retired}
 * @param createdAt when it was created
 */
public record SegmentDescriptor(String key, String kind, long refcount, long headerCount, Duration age,
        @Nullable Duration ttl, @Nullable Instant expiresAt, boolean expired, long size, long payloadSize, String state,
        Instant createdAt)
        implements
            OperationResponseBody {

    static SegmentDescriptor of(ResourceLinkInfo info) {
        return new SegmentDescriptor(info.key(), info.kind().label(), info.refcount(), info.headerCount(),
                info.age(), info.ttl(), info.expiresAt(), info.expired(), info.size(), info.payloadSize(),
                info.state().name().toLowerCase(Locale.ROOT), info.createdAt());
    }
}
