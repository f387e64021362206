package io.resourcelink.internal.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.mapping.PeerMemory;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SegmentState;

/**
 * The first 64 bytes of every segment, little-endian; the payload follows. The first 25 of them are the layout of ipckit, a
 * library in Rust whose processes share segments with ours but take no locks: they count in {@code refcount}. Its layout is number
 * 0, ours is number 1. <em>Peers</em> are all other processes that have the file.
 *
 * <pre>
 *   0        4        8               16               24 25 26 27 28       32
 *   +--------+--------+----------------+----------------+--+--+--+--+--------+
 *   | magic  |refcount|   created_at   |  payload_len   |ki|la|st|fl|  pid   |
 *   +--------+--------+----------------+----------------+--+--+--+--+--------+
 *   |      ttl        |     nonce      |   lease_wall   |   lease_boot        |
 *   +-----------------+----------------+----------------+---------------------+
 *   32                40               48               56                   64
 *
 *   magic       u32  0x524C4B21
 *   refcount    u32  for peers that take no locks; decides nothing among ours. In /dev/shm itself, where such peers look,
 *                    each of our references counts 1. In other directories ours count nothing: it is 0, unless a peer
 *                    uses that directory
 *   created_at  u64  seconds since the epoch
 *   payload_len u64  bytes of the payload, which begins behind the header. The file ends with it. The file of a recycled
 *                    segment may be longer, by as many bytes as the payload has at most; they are zero when it appears
 *   ki(nd)      u8   0 shared memory, 1 mapped file
 *   la(yout)    u8   0 written by ipckit, whose layout ends before this byte; 1 ours
 *   st(ate)     u8   0 open, 1 retired: its name was removed
 *   fl(ags)     u8   bit 0 keep: the segment outlives its last reference until its TTL is over
 *                    bit 1 published: complete, readers treat it as read-only
 *                    bit 2 recycled: when no process holds it, its file may get another key and another nonce
 *   pid         u32  of the creator, for people
 *   ttl         u64  milliseconds, 0 for none
 *   nonce       u64  tells incarnations apart: 32 random bits, above them a digest of the boot
 *   lease_wall  u64  milliseconds since the epoch, when the TTL began
 *   lease_boot  u64  the same moment, milliseconds since boot
 * </pre>
 *
 * <p>An instance is a copy on the heap. It was checked when it was made. The bytes in the file may change at any moment.
 */
public record SegmentHeader(long countForPeers, long createdAtSeconds, long payloadSize, ResourceKind kind, int layout,
        boolean retired, int flags, long pid, long ttlMillis, long nonce, long leaseWallMillis, long leaseBootMillis) {

    public static final int SIZE = 64;
    static final int MAGIC = 0x524C4B21;
    static final int LAYOUT_IPCKIT = 0;
    static final int LAYOUT = 1;

    static final long MAGIC_OFFSET = 0;
    public static final long REFCOUNT_OFFSET = MAGIC_OFFSET + Integer.BYTES;
    static final long CREATED_AT_OFFSET = REFCOUNT_OFFSET + Integer.BYTES;
    static final long PAYLOAD_LENGTH_OFFSET = CREATED_AT_OFFSET + Long.BYTES;
    static final long KIND_OFFSET = PAYLOAD_LENGTH_OFFSET + Long.BYTES;
    static final long LAYOUT_OFFSET = KIND_OFFSET + 1;
    public static final long STATE_OFFSET = LAYOUT_OFFSET + 1;
    static final long FLAGS_OFFSET = STATE_OFFSET + 1;
    static final long PID_OFFSET = FLAGS_OFFSET + 1;
    static final long TTL_OFFSET = PID_OFFSET + Integer.BYTES;
    public static final long NONCE_OFFSET = TTL_OFFSET + Long.BYTES;
    static final long LEASE_WALL_OFFSET = NONCE_OFFSET + Long.BYTES;
    static final long LEASE_BOOT_OFFSET = LEASE_WALL_OFFSET + Long.BYTES;

    static final byte STATE_OPEN = 0;
    public static final byte STATE_RETIRED = 1;
    private static final int KEEP = 1;
    private static final int PUBLISHED = 2;
    private static final int RECYCLED = 4;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * The header of a segment that begins now.
     *
     * @param counts whether peers that take no locks find it, so that its holders are counted for them
     */
    public static SegmentHeader begin(ResourceKind kind, SegmentSpec spec, SegmentClock clock, boolean counts) {
        long wall = clock.wallMillis();
        int random = ThreadLocalRandom.current().nextInt();
        long nonce = (long) clock.bootTag() << 32 | Integer.toUnsignedLong(random);
        int flags = (spec.keep() ? KEEP : 0) | (spec.published() ? PUBLISHED : 0) | (spec.recycled() ? RECYCLED : 0);
        return new SegmentHeader(counts ? 1 : 0, Math.floorDiv(wall, 1000L), spec.payloadSize(), kind, LAYOUT, false,
                flags, ProcessHandle.current().pid(), spec.ttlMillis(), nonce, wall, clock.bootMillis());
    }

    public boolean keep() {
        return (flags & KEEP) != 0;
    }

    public boolean published() {
        return (flags & PUBLISHED) != 0;
    }

    public boolean recycled() {
        return (flags & RECYCLED) != 0;
    }

    /** Writes all fields to memory that no other process or thread can change or shorten. */
    public void encode(MemorySegment target) {
        target.set(INT, MAGIC_OFFSET, MAGIC);
        target.set(INT, REFCOUNT_OFFSET, (int) countForPeers);
        target.set(LONG, CREATED_AT_OFFSET, createdAtSeconds);
        target.set(LONG, PAYLOAD_LENGTH_OFFSET, payloadSize);
        target.set(ValueLayout.JAVA_BYTE, KIND_OFFSET, code(kind));
        target.set(ValueLayout.JAVA_BYTE, LAYOUT_OFFSET, (byte) layout);
        target.set(ValueLayout.JAVA_BYTE, STATE_OFFSET, retired ? STATE_RETIRED : STATE_OPEN);
        target.set(ValueLayout.JAVA_BYTE, FLAGS_OFFSET, (byte) flags);
        target.set(INT, PID_OFFSET, (int) pid);
        target.set(LONG, TTL_OFFSET, ttlMillis);
        target.set(LONG, NONCE_OFFSET, nonce);
        target.set(LONG, LEASE_WALL_OFFSET, leaseWallMillis);
        target.set(LONG, LEASE_BOOT_OFFSET, leaseBootMillis);
    }

    /** The same header, with its time to live beginning now. */
    public SegmentHeader renewed(SegmentClock clock) {
        return new SegmentHeader(countForPeers, createdAtSeconds, payloadSize, kind, layout, retired, flags, pid,
                ttlMillis,
                nonce, clock.wallMillis(), clock.bootMillis());
    }

    /** The same header, with the lease that is now in memory. Any holder may have renewed it there. */
    public SegmentHeader withLeaseOf(MemorySegment memory) {
        return layout == LAYOUT_IPCKIT
                ? this
                : new SegmentHeader(countForPeers, createdAtSeconds, payloadSize, kind, layout, retired, flags, pid,
                        ttlMillis, nonce,
                        PeerMemory.getLong(memory, LEASE_WALL_OFFSET),
                        PeerMemory.getLong(memory, LEASE_BOOT_OFFSET));
    }

    /**
     * Writes the two stamps of the lease. A process that reads between the two writes sees one old stamp and one new
     * one. Both of them were true at some time.
     */
    public void writeLease(MemorySegment memory) {
        PeerMemory.putLong(memory, LEASE_WALL_OFFSET, leaseWallMillis);
        PeerMemory.putLong(memory, LEASE_BOOT_OFFSET, leaseBootMillis);
    }

    private static byte code(ResourceKind kind) {
        return switch (kind) {
            case SHARED_MEMORY -> 0;
            case MAPPED_FILE -> 1;
        };
    }

    /**
     * Reads a header from bytes that no other process or thread can change.
     *
     * @param copy 64 bytes
     * @param fileSize length of the file they are from, as the kernel says
     * @param directoryKind the kind of segments that the directory is for
     */
    public static SegmentHeader decode(MemorySegment copy, long fileSize, ResourceKind directoryKind)
            throws UnusableException {
        int magic = copy.get(INT, MAGIC_OFFSET);
        if (magic != MAGIC) {
            throw UnusableException.invalid("magic 0x" + HexFormat.of().toHexDigits(magic), "0x524c4b21");
        }
        int layout = copy.get(ValueLayout.JAVA_BYTE, LAYOUT_OFFSET);
        if (layout != LAYOUT && layout != LAYOUT_IPCKIT) {
            throw UnusableException.invalid("layout " + Integer.toUnsignedString(layout & 0xff), "0 or 1");
        }
        int kind = copy.get(ValueLayout.JAVA_BYTE, KIND_OFFSET);
        if (layout == LAYOUT ? kind != code(directoryKind) : kind < 0 || kind > 1) {
            throw UnusableException.invalid("kind " + (kind & 0xff), code(directoryKind) + ", as "
                    + directoryKind.label() + " has");
        }
        int flags = layout == LAYOUT ? copy.get(ValueLayout.JAVA_BYTE, FLAGS_OFFSET) : 0;
        long length = copy.get(LONG, PAYLOAD_LENGTH_OFFSET);
        checkLength(length, fileSize, (flags & (RECYCLED | KEEP)) == RECYCLED);
        long count = Integer.toUnsignedLong(copy.get(INT, REFCOUNT_OFFSET));
        long created = copy.get(LONG, CREATED_AT_OFFSET);
        if (layout == LAYOUT_IPCKIT) {
            return new SegmentHeader(count, created, length, directoryKind, layout, false, flags, 0, 0,
                    copy.get(LONG, NONCE_OFFSET), 0, 0);
        }
        int state = copy.get(ValueLayout.JAVA_BYTE, STATE_OFFSET);
        if (state != STATE_OPEN && state != STATE_RETIRED) {
            throw UnusableException.invalid("state " + (state & 0xff), "0 or 1");
        }
        return new SegmentHeader(count, created, length, directoryKind, layout, state == STATE_RETIRED, flags,
                Integer.toUnsignedLong(copy.get(INT, PID_OFFSET)), copy.get(LONG, TTL_OFFSET),
                copy.get(LONG, NONCE_OFFSET), copy.get(LONG, LEASE_WALL_OFFSET), copy.get(LONG, LEASE_BOOT_OFFSET));
    }

    /** A segment that is kept has a file of its own, even if its header says that its file is recycled. */
    private static void checkLength(long length, long fileSize, boolean recycled) throws UnusableException {
        long room = fileSize - SIZE;
        if (length != room && !(recycled && canHold(fileSize, length))) {
            throw UnusableException.invalid("a payload length of " + Long.toUnsignedString(length) + " bytes",
                    (recycled ? (room + 1) / 2 + " to " + room : room) + ", as the file's size says");
        }
    }

    /**
     * Returns whether the file of a recycled segment can have this payload: the payload fills at least half of what is behind
     * the header.
     *
     * @param fileSize bytes of the file, at least those of a header
     * @param payloadSize bytes of the payload, any number
     */
    public static boolean canHold(long fileSize, long payloadSize) {
        long room = fileSize - SIZE;
        return payloadSize >= 0 && payloadSize <= room && room - payloadSize <= payloadSize;
    }

    /** Returns how many bytes of the file are in use: the header and the payload. */
    public long usedSize() {
        return SIZE + payloadSize;
    }

    /**
     * Returns whether a process that takes no locks may hold the segment, when it is known that no process holds it by
     * locks. Either the count says so, or the segment's creator may keep no correct count. Where our own processes are
     * counted, one that was killed leaves the count too high as well.
     */
    public boolean mayHaveForeignHolders() {
        return countForPeers != 0 || layout == LAYOUT_IPCKIT;
    }

    /** Time since the TTL began. A stamp from the future counts as now. */
    private long leaseMillis(SegmentClock clock) {
        boolean sameBoot = layout == LAYOUT
                && (kind == ResourceKind.SHARED_MEMORY || (int) (nonce >>> 32) == clock.bootTag());
        long elapsed = sameBoot
                ? clock.bootMillis() - leaseBootMillis
                : clock.wallMillis() - (layout == LAYOUT ? leaseWallMillis : createdMillis());
        return Math.max(0, elapsed);
    }

    /** The lease begins with the segment, and only a renewal moves it to another second. */
    private boolean isRenewed() {
        return layout == LAYOUT && Math.floorDiv(leaseWallMillis, 1000L) != createdAtSeconds;
    }

    private long createdMillis() {
        boolean absurd = createdAtSeconds < 0 || createdAtSeconds > Long.MAX_VALUE / 1000;
        return layout == LAYOUT && !isRenewed() ? leaseWallMillis : absurd ? Long.MAX_VALUE : createdAtSeconds * 1000;
    }

    public Instant createdAt(SegmentClock clock) {
        return Instant.ofEpochMilli(Math.min(createdMillis(), clock.wallMillis()));
    }

    public Duration age(SegmentClock clock) {
        long beforeLease = isRenewed() ? Math.max(0, leaseWallMillis - createdMillis()) : 0;
        return Duration.ofMillis(leaseMillis(clock)).plusMillis(beforeLease);
    }

    public @Nullable Duration ttl() {
        return ttlMillis == 0 ? null : Duration.ofMillis(ttlMillis < 0 ? Long.MAX_VALUE : ttlMillis);
    }

    public boolean isExpired(SegmentClock clock) {
        return ttlMillis > 0 && leaseMillis(clock) >= ttlMillis;
    }

    /** Returns how long it takes until the time to live is over. The result is not zero or less before that. */
    public long millisToExpiry(SegmentClock clock) {
        return ttlMillis <= 0 ? Long.MAX_VALUE : Math.max(0, ttlMillis - leaseMillis(clock));
    }

    @Nullable
    Instant expiresAt(SegmentClock clock) {
        Duration ttl = ttl();
        if (ttl == null) {
            return null;
        }
        long left = ttl.toMillis() - leaseMillis(clock);
        long now = clock.wallMillis();
        return Instant.ofEpochMilli(left > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + left);
    }

    public ResourceLinkInfo info(String key, long size, boolean named, long refcount, SegmentClock clock) {
        SegmentState state = retired || !named ? SegmentState.RETIRED : SegmentState.OPEN;
        return new ResourceLinkInfo(key, kind, refcount, countForPeers, createdAt(clock), age(clock), ttl(),
                expiresAt(clock), isExpired(clock), size, payloadSize, state, keep(), layout, pid, nonce);
    }
}
