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

    static SegmentDescriptor of(ResourceLinkInfo info) {
        return new SegmentDescriptor(info.key(), info.kind().label(), info.refcount(), info.age(), info.ttl(),
                info.expiresAt(), info.expired(), info.size(), info.payloadSize(),
                info.state().name().toLowerCase(Locale.ROOT), info.createdAt());
    }
}
