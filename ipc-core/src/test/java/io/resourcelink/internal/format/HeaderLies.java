package io.resourcelink.internal.format;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

import io.resourcelink.FixedClock;
import io.resourcelink.campaign.Lies;
import io.resourcelink.campaign.Outcome;
import io.resourcelink.campaign.Part;
import io.resourcelink.segment.ResourceKind;

/**
 * Headers that lie, in files of any size. Whether a header is accepted is compared with {@link HeaderRules}, which says it a second
 * time, byte by byte. What is accepted must be the same bytes when it is written again, and everything that is computed from it must
 * have a result.
 */
public final class HeaderLies implements Part {

    private static final ResourceKind[] KINDS = ResourceKind.values();

    private final long number;
    private final byte[] image = new byte[SegmentHeader.SIZE];
    private final MemorySegment memory = MemorySegment.ofArray(image);
    private final ByteBuffer fields = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] again = new byte[SegmentHeader.SIZE];
    private final MemorySegment written = MemorySegment.ofArray(again);
    private final byte[] expected = new byte[SegmentHeader.SIZE];
    private final SegmentClock clock = new FixedClock();
    private long accepted;
    private long refused;
    private Outcome outcome = new Outcome();

    /**
     * Makes the part.
     *
     * @param number how many headers a seed has
     */
    public HeaderLies(long number) {
        this.number = number;
    }

    @Override
    public String name() {
        return "lies-headers";
    }

    @Override
    public Outcome run(long seed) {
        outcome = new Outcome();
        accepted = 0;
        refused = 0;
        SplittableRandom random = new SplittableRandom(seed);
        Lies lies = new Lies(random);
        long flips = flips(random);
        for (long i = flips; i < number; i++) {
            ResourceKind kind = KINDS[random.nextInt(KINDS.length)];
            long fileSize = draw(random, lies, kind);
            if (random.nextInt(8) != 0) {
                lies.damage(image, SegmentHeader.SIZE);
            }
            check(fileSize, kind);
        }
        return outcome.count("headers", accepted + refused).count("accepted", accepted).count("refused", refused)
                .count("single bit flips", flips);
    }

    /** Every bit of some valid headers, in files of the right size, one too small and one too large. */
    private long flips(SplittableRandom random) {
        Lies lies = new Lies(random);
        long flips = 0;
        for (int sample = 0; sample < 16; sample++) {
            ResourceKind kind = KINDS[sample % KINDS.length];
            long fileSize = draw(random, lies, kind);
            for (int bit = 0; bit < SegmentHeader.SIZE * 8; bit++) {
                image[bit / 8] ^= (byte) (1 << bit % 8);
                for (long size = fileSize - 1; size <= fileSize + 1; size++) {
                    check(Math.max(SegmentHeader.SIZE, size), kind);
                    flips++;
                }
                image[bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
        return flips;
    }

    /** Writes a header that is valid, or nearly. Returns the size of its file. */
    private long draw(SplittableRandom random, Lies lies, ResourceKind kind) {
        int layout = random.nextInt(4) == 0 ? SegmentHeader.LAYOUT_IPCKIT : SegmentHeader.LAYOUT;
        long payload = random.nextInt(4) == 0 ? lies.number() : random.nextInt(1 << 20);
        int flags = random.nextInt(8);
        fields.putInt(0, SegmentHeader.MAGIC).putInt(4, random.nextInt(3)).putLong(8, lies.number())
                .putLong(16, payload).put(24, (byte) (kind == ResourceKind.SHARED_MEMORY ? 0 : 1))
                .put(25, (byte) layout)
                .put(26, (byte) random.nextInt(2)).put(27, (byte) flags).putInt(28, random.nextInt())
                .putLong(32, lies.number()).putLong(40, random.nextLong()).putLong(48, lies.number())
                .putLong(56, lies.number());
        long room = switch (random.nextInt(8)) {
            case 0 -> lies.number();
            case 1 -> payload + 1;
            case 2 -> payload - 1;
            case 3, 4 -> 2 * payload + random.nextInt(3) - 1;
            default -> payload;
        };
        long size = room + SegmentHeader.SIZE;
        return size < SegmentHeader.SIZE ? SegmentHeader.SIZE + (room & 0xFFFF) : size;
    }

    private void check(long fileSize, ResourceKind kind) {
        boolean acceptable = HeaderRules.accept(fields, fileSize, kind);
        try {
            SegmentHeader header = SegmentHeader.decode(memory, fileSize, kind);
            accepted++;
            header.encode(written);
            HeaderRules.canonical(image, kind, expected);
            if (!acceptable || !Arrays.equals(again, expected) || !isUsable(header, fileSize)) {
                violation(acceptable ? "not the same, or not usable" : "accepted", fileSize, kind);
            }
        } catch (UnusableException _) {
            refused++;
            if (acceptable) {
                violation("refused", fileSize, kind);
            }
        } catch (RuntimeException | Error e) {
            violation(e.toString(), fileSize, kind);
        }
    }

    /** Whether everything that is asked of a header has a result. */
    private boolean isUsable(SegmentHeader header, long fileSize) {
        boolean inFile = header.payloadSize() >= 0 && header.usedSize() <= fileSize;
        boolean expired = header.ttlMillis() > 0 && header.millisToExpiry(clock) == 0;
        return inFile && !header.age(clock).isNegative() && header.millisToExpiry(clock) >= 0
                && header.isExpired(clock) == expired && header.createdAt(clock).toEpochMilli() <= clock.wallMillis()
                && (header.expiresAt(clock) == null) == (header.ttl() == null);
    }

    private void violation(String what, long fileSize, ResourceKind kind) {
        outcome.violation(what + ": " + HexFormat.of().formatHex(image) + " in a file of " + fileSize
                + " bytes among those of " + kind);
    }
}
