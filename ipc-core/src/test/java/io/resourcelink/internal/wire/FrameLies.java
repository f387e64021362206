package io.resourcelink.internal.wire;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.resourcelink.campaign.Lies;
import io.resourcelink.campaign.Outcome;
import io.resourcelink.campaign.Part;
import io.resourcelink.error.MessageException;

/**
 * Packets that lie, of one frame or several, and headers of messages that lie. A packet is malformed, or its frames make the same packet
 * when they are written again. The memory ends with the packet, so reading beyond it fails. Headers are refused, or are the same map
 * when they are written and read again.
 */
public final class FrameLies implements Part {

    private static final int ROOM = 1024;
    /** In the same order in each JVM. */
    private static final byte[] HEADERS = HeaderFormat.encode(new TreeMap<>(Map.of("text", "naïve", "true", true,
            "byte",
            (byte) 7, "short", (short) 300, "int", 70_000, "long", 1L << 40, "float", 1.5f, "double", -2.5, "big",
            new BigInteger("12345678901234567890"), "decimal", new BigDecimal("1.25E-7"))));

    private final long number;
    private final byte[][] samples = FrameSamples.SAMPLES.stream().map(FrameSamples.Sample::image)
            .toArray(byte[][]::new);
    private final byte[] packet = new byte[ROOM];
    private final MemorySegment memory = MemorySegment.ofArray(packet);
    private final byte[] again = new byte[2 * ROOM];
    private final MemorySegment written = MemorySegment.ofArray(again);
    private Outcome outcome = new Outcome();
    private long accepted;
    private long frames;
    private long malformed;

    /**
     * Makes the part.
     *
     * @param number how many packets a seed has
     */
    public FrameLies(long number) {
        this.number = number;
    }

    @Override
    public String name() {
        return "lies-frames";
    }

    @Override
    public Outcome run(long seed) {
        outcome = new Outcome();
        accepted = 0;
        frames = 0;
        malformed = 0;
        SplittableRandom random = new SplittableRandom(seed);
        Lies lies = new Lies(random);
        everyBitAndLength();
        long headers = number / 8;
        for (long i = accepted + malformed; i < number - headers; i++) {
            check(random.nextInt(16) == 0 ? noise(random) : damaged(random, lies));
        }
        HeaderTally tally = new HeaderTally();
        for (long i = 0; i < headers; i++) {
            headers(random, lies, tally);
        }
        return outcome.count("packets", accepted + malformed).count("frames accepted", frames)
                .count("packets refused", malformed).count("headers accepted", tally.accepted)
                .count("headers refused", tally.refused);
    }

    /** Every single bit flip, every value of every byte, and every length of every sample. */
    private void everyBitAndLength() {
        long before = accepted + malformed;
        for (byte[] sample : samples) {
            for (int length = 0; length <= sample.length; length++) {
                System.arraycopy(sample, 0, packet, 0, sample.length);
                check(length);
            }
            for (int at = 0; at < sample.length; at++) {
                for (int value = 0; value < 256; value++) {
                    System.arraycopy(sample, 0, packet, 0, sample.length);
                    packet[at] = (byte) value;
                    check(sample.length);
                }
            }
        }
        outcome.count("exhaustive changes", accepted + malformed - before);
    }

    private int noise(SplittableRandom random) {
        int length = random.nextInt(200);
        for (int at = 0; at < length; at++) {
            packet[at] = (byte) random.nextInt();
        }
        if (length > 8) {
            packet[0] = (byte) random.nextInt(18);
            packet[1] = 0;
            packet[4] = (byte) length;
            Arrays.fill(packet, 5, 8, (byte) 0);
        }
        return length;
    }

    /** Up to three samples, one after the other, with damage. */
    private int damaged(SplittableRandom random, Lies lies) {
        int end = 0;
        for (int more = random.nextInt(8) == 0 ? 3 : 1; more > 0; more--) {
            int at = FrameLayout.aligned(end);
            byte[] sample = samples[random.nextInt(samples.length)];
            Arrays.fill(packet, end, at, (byte) 0);
            System.arraycopy(sample, 0, packet, at, sample.length);
            end = at + sample.length;
        }
        return random.nextInt(16) == 0 ? end : lies.damage(packet, end);
    }

    private void check(int length) {
        List<Frame> found;
        try {
            found = FrameDecoder.decode(memory.asSlice(0, length), length);
        } catch (Frame.Malformed _) {
            malformed++;
            return;
        } catch (RuntimeException | Error e) {
            violation(e.toString(), length);
            return;
        }
        accepted++;
        frames += found.size();
        try {
            if (!isSame(found, length)) {
                violation("not the same when it is written again", length);
            }
        } catch (RuntimeException | Error e) {
            violation("cannot be written again: " + e, length);
        }
    }

    private boolean isSame(List<Frame> found, int length) {
        int at = 0;
        int end = 0;
        for (Frame frame : found) {
            at = FrameLayout.aligned(end);
            end = FrameEncoder.encode(frame, written, at);
            // Text that was no UTF-8 is not what it was any more. Hints are not kept.
            packet[at + 1] &= FrameLayout.STRICT_FLAGS;
            if (!hasForeignText(frame)
                    && !(end <= length && Arrays.equals(again, at, end, packet, at, end))) {
                return false;
            }
            if (hasForeignText(frame)) {
                end = at + said(at);
            }
        }
        return length >= end && length <= FrameLayout.aligned(end);
    }

    private int said(int at) {
        return memory.get(FrameLayout.INT, at + FrameLayout.LENGTH);
    }

    private static boolean hasForeignText(Frame frame) {
        return switch (frame) {
            case Frame.Failure(String text) -> isForeign(text);
            case Frame.Message message -> hasForeignText(message.parts());
            case Frame.Reply reply -> hasForeignText(reply.parts());
            default -> false;
        };
    }

    private static boolean hasForeignText(Frame.Parts parts) {
        for (Frame.Entry entry : parts.entries()) {
            if (entry instanceof Frame.Entry.Link link && isForeign(link.key())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isForeign(String text) {
        return text.indexOf('\uFFFD') >= 0;
    }

    /** How many headers of messages were accepted and refused. */
    private static final class HeaderTally {

        private long accepted;
        private long refused;
    }

    private void headers(SplittableRandom random, Lies lies, HeaderTally tally) {
        System.arraycopy(HEADERS, 0, packet, 0, HEADERS.length);
        int length = lies.damage(packet, HEADERS.length);
        byte[] image = Arrays.copyOf(packet, random.nextInt(4) == 0 ? random.nextInt(length + 1) : length);
        try {
            Map<String, Object> headers = HeaderFormat.decode(image);
            tally.accepted++;
            if (!HeaderFormat.decode(HeaderFormat.encode(headers)).equals(headers)) {
                violation("headers that are not the same when they are written again", image.length);
            }
        } catch (MessageException _) {
            tally.refused++;
        } catch (RuntimeException | Error e) {
            violation("headers: " + e, image.length);
        }
    }

    private void violation(String what, int length) {
        outcome.violation(what + ": " + HexFormat.of().formatHex(packet, 0, length));
    }
}
