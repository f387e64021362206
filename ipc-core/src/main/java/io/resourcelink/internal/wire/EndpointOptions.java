package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.internal.format.Trust;

/**
 * What an endpoint is built with.
 *
 * @param segments makes links of received references, {@code null} if no links are received
 * @param threshold the longest body that travels in a frame, in bytes
 * @param batching whether messages that want no reply may wait for others, to travel in the same packet
 * @param spinNanos how long a waiting thread looks again and again before it sleeps, in nanoseconds
 * @param listener told of connections that fail
 * @param immutableMemoryOnly whether memory is refused whose content its maker can change
 * @param trust the users whose processes may connect, and what others may do in the directory
 */
public record EndpointOptions(@Nullable ResourceLinkFactory segments, int threshold, boolean batching, long spinNanos,
        ConnectionListener listener, boolean immutableMemoryOnly, Trust trust) {}
