package io.resourcelink.segment;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one segment, read at one moment. Reading it takes no reference and no lock, and disturbs no other
 * process.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param key the segment's name
 * @param kind where its bytes are
 * @param refcount references that all processes hold on it, as counted by the kernel at that moment; ipckit's processes
 * take no locks and are not among them
 * @param headerCount the count in the segment's header at that moment, which ipckit's processes use. In {@code /dev/shm}
 * itself each reference of ours counts one, and each process of ipckit counts one. So a number above {@code refcount} says
 * that processes of ipckit may use the segment. It stays too high after a process was killed, and no decision depends on it.
 * In other directories ours count nothing
 * @param createdAt when it was created, by the wall clock
 * @param age time since it was created, unaffected by steps of the wall clock
 * @param ttl time to live from its creation or last renewal, or {@code null} if it has none
 * @param expiresAt when the time to live is over, or {@code null} if it has none
 * @param expired whether the time to live is over; a segment that is held stays, expired or not
 * @param size bytes of the file: header, payload, and, if the file was made for a longer payload, up to as many zeros as
 * the payload has bytes
 * @param payloadSize bytes of the payload
 * @param state whether it can still be acquired
 * @param keep whether it outlives its last reference until its time to live is over
 * @param layout version of the header's layout: 1 for segments made by this library, 0 for ipckit's
 * @param creatorPid process id of the creator as that process saw it; it is for people, and no decision depends on it
 * @param nonce tells this segment from all others that had or will have the same key
 */
public record ResourceLinkInfo(String key, ResourceKind kind, long refcount, long headerCount, Instant createdAt,
        Duration age, @Nullable Duration ttl, @Nullable Instant expiresAt, boolean expired, long size,
        long payloadSize, SegmentState state, boolean keep, int layout, long creatorPid,
        long nonce) {}
