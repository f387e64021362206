package io.resourcelink.internal.wire;

import io.resourcelink.internal.format.Trust;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.StrangeFiles;
import io.resourcelink.internal.work.Failures;

/**
 * What all connections of a channel share.
 *
 * @param poller waits for room in a socket
 * @param watchlist watches the sockets
 * @param incoming where packets are received; only the leader uses it
 * @param strangeFiles closes descriptors that a peer should not have sent
 * @param threshold the longest body that travels in a frame, in bytes
 * @param batching whether messages that want no reply may wait for others, to travel in the same packet
 * @param trust the users whose processes may be at the other end
 * @param links knows where this channel has its segments
 * @param immutableMemoryOnly whether this channel takes only memory whose content nobody can change
 * @param clock tells how old messages are
 * @param failures told of what goes wrong and concerns no caller
 */
record ConnectionResources(Poller poller, Watchlist watchlist, Packet incoming, StrangeFiles strangeFiles,
        int threshold, boolean batching, Trust trust, Links links, boolean immutableMemoryOnly, HostClock clock,
        Failures failures) {}
