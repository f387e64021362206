package io.resourcelink.internal.format;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.resourcelink.FixedClock;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The format, by literal offsets and one recorded image, so that no refactoring can move a field. */
class SegmentHeaderTest {

    private static final String IMAGE = """
            214b4c52 01000000 00f15365 00000000
            e8030000 00000000 00 01 00 01 78563412
            30750000 00000000 efbeadde 0170000b
            7b68e5cf 8b010000 404b4c00 00000000""".replaceAll("\\s", "");

    private final FixedClock clock = new FixedClock();

    private static MemorySegment image(Consumer<ByteBuffer> change) {
        byte[] bytes = HexFormat.of().parseHex(IMAGE);
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return MemorySegment.ofArray(bytes);
    }

    private static SegmentHeader decoded(Consumer<ByteBuffer> change) throws UnusableException {
        return SegmentHeader.decode(image(change), 1064, ResourceKind.SHARED_MEMORY);
    }

    @Test
    void encodesTheRecordedImage() {
        SegmentHeader header = new SegmentHeader(1, 1_700_000_000L, 1000, ResourceKind.SHARED_MEMORY, 1, false, 1,
                0x12345678, 30_000, 0x0B007001_DEADBEEFL, 1_700_000_000_123L, 5_000_000);
        byte[] bytes = new byte[64];
        header.encode(MemorySegment.ofArray(bytes));
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(IMAGE);
    }

    @Test
    void putsEveryFieldWhereTheFormatHasIt() {
        byte[] bytes = new byte[64];
        SegmentHeader.begin(ResourceKind.MAPPED_FILE, new SegmentSpec("key", 5, 7, false, true, true), clock, true)
                .encode(MemorySegment.ofArray(bytes));
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(fields.getInt(0)).isEqualTo(0x524C4B21);
        assertThat(fields.getInt(4)).isEqualTo(1);
        assertThat(fields.getLong(8)).isEqualTo(1_700_000_000L);
        assertThat(fields.getLong(16)).isEqualTo(5);
        assertThat(fields.get(24)).isEqualTo((byte) 1);
        assertThat(fields.get(25)).isEqualTo((byte) 1);
        assertThat(fields.get(26)).isZero();
        assertThat(fields.get(27)).as("published and recycled").isEqualTo((byte) 6);
        assertThat(fields.getInt(28)).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(fields.getLong(32)).isEqualTo(7);
        assertThat(fields.getInt(44)).as("below it 32 random bits").isEqualTo(0x0B007001);
        assertThat(fields.getLong(48)).isEqualTo(1_700_000_000_123L);
        assertThat(fields.getLong(56)).isEqualTo(5_000_000);
    }

    @Test
    void countsForPeersOnlyWhereTheyLook() {
        SegmentSpec spec = new SegmentSpec("key", 5, 7, false, false, false);
        assertThat(SegmentHeader.begin(ResourceKind.SHARED_MEMORY, spec, clock, true).countForPeers()).isOne();
        assertThat(SegmentHeader.begin(ResourceKind.SHARED_MEMORY, spec, clock, false).countForPeers()).isZero();
    }

    @Test
    void decodesTheRecordedImage() throws UnusableException {
        assertThat(decoded(_ -> {})).isEqualTo(
                new SegmentHeader(1, 1_700_000_000L, 1000, ResourceKind.SHARED_MEMORY, 1, false, 1, 0x12345678,
                        30_000,
                        0x0B007001_DEADBEEFL, 1_700_000_000_123L, 5_000_000));
    }

    @Test
    void takesNothingBehindByte25FromALayoutThatEndsThere() throws UnusableException {
        SegmentHeader header = decoded(image -> {
            image.put(25, (byte) 0);
            for (int at = 26; at < 64; at++) {
                image.put(at, (byte) 0xff);
            }
        });
        assertThat(header.layout()).isZero();
        assertThat(header.ttl()).isNull();
        assertThat(header.keep()).isFalse();
        assertThat(header.retired()).isFalse();
        assertThat(header.createdAt(clock)).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
        assertThat(header.age(clock)).isEqualTo(Duration.ofMillis(123));
    }

    @Test
    void refusesWhatNoSegmentHas() {
        assertThatRefused(image -> image.putInt(0, 0x12345678), "magic 0x12345678");
        assertThatRefused(image -> image.put(25, (byte) 2), "layout 2");
        assertThatRefused(image -> image.put(24, (byte) 1), "kind 1");
        assertThatRefused(image -> image.put(24, (byte) 7), "kind 7");
        assertThatRefused(image -> image.put(26, (byte) 9), "state 9");
        assertThatRefused(image -> image.putLong(16, 1001), "a payload length of 1001 bytes");
        assertThatRefused(image -> image.putLong(16, -1), "a payload length of 18446744073709551615 bytes");
    }

    private static void assertThatRefused(Consumer<ByteBuffer> change, String found) {
        assertThatExceptionOfType(UnusableException.class).isThrownBy(() -> decoded(change))
                .satisfies(e -> assertThat(e.found()).isEqualTo(found));
    }

    @Test
    void agesByTheClockThatNobodySets() throws UnusableException {
        SegmentHeader header = decoded(_ -> {});
        clock.bootMillis += 29_999;
        clock.wallMillis -= 86_400_000;
        assertThat(header.age(clock)).isEqualTo(Duration.ofMillis(29_999));
        assertThat(header.isExpired(clock)).isFalse();
        clock.bootMillis += 1;
        assertThat(header.isExpired(clock)).isTrue();
        assertThat(header.expiresAt(clock)).isEqualTo(Instant.ofEpochMilli(clock.wallMillis));
    }

    @Test
    void countsStampsFromTheFutureAsNow() throws UnusableException {
        SegmentHeader header = decoded(image -> {
            image.putLong(8, Long.MAX_VALUE);
            image.putLong(48, Long.MAX_VALUE - 5);
            image.putLong(56, Long.MAX_VALUE);
        });
        assertThat(header.createdAt(clock)).isEqualTo(Instant.ofEpochMilli(clock.wallMillis));
        assertThat(header.age(clock)).isEqualTo(Duration.ZERO);
        assertThat(header.isExpired(clock)).isFalse();
    }

    @Test
    void survivesAbsurdStamps() throws UnusableException {
        for (long absurd : new long[]{ Long.MIN_VALUE, -1, 0, Long.MAX_VALUE }) {
            SegmentHeader header = decoded(image -> {
                image.putLong(8, absurd);
                image.putLong(32, absurd);
                image.putLong(48, absurd);
                image.putLong(56, absurd);
            });
            assertThat(header.age(clock)).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(header.createdAt(clock)).isBeforeOrEqualTo(Instant.ofEpochMilli(clock.wallMillis));
            header.expiresAt(clock);
            header.isExpired(clock);
        }
    }

    @Test
    void agesAMappedFileOfAnotherBootByTheWallClock() throws UnusableException {
        MemorySegment image = image(bytes -> bytes.put(24, (byte) 1));
        SegmentHeader header = SegmentHeader.decode(image, 1064, ResourceKind.MAPPED_FILE);
        assertThat(header.age(clock)).isEqualTo(Duration.ZERO);
        clock.bootTag++;
        clock.bootMillis = 1000;
        clock.wallMillis += 10_000;
        assertThat(header.age(clock)).isEqualTo(Duration.ofSeconds(10));
    }
}
