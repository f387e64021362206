package io.resourcelink.internal.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.resourcelink.FixedClock;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SegmentState;

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

    @Test
    void aMappedFileOfThisBootAgesByTheClockThatNobodySets() throws UnusableException {
        MemorySegment image = image(bytes -> bytes.put(24, (byte) 1));
        SegmentHeader header = SegmentHeader.decode(image, 1064, ResourceKind.MAPPED_FILE);
        clock.bootMillis += 5_000;
        clock.wallMillis -= 86_400_000;
        assertThat(header.age(clock)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aRetiredSegmentIsWrittenAsItWasRead() throws UnusableException {
        MemorySegment image = image(bytes -> bytes.put(26, (byte) 1));
        SegmentHeader header = SegmentHeader.decode(image, 1064, ResourceKind.SHARED_MEMORY);
        assertThat(header.retired()).isTrue();
        byte[] bytes = new byte[64];
        header.encode(MemorySegment.ofArray(bytes));
        assertThat(bytes).isEqualTo(image.toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void eachFlagHasItsBit() throws UnusableException {
        for (int flags = 0; flags < 8; flags++) {
            byte bits = (byte) flags;
            SegmentHeader header = decoded(image -> image.put(27, bits));
            assertThat(header.keep()).isEqualTo((flags & 1) != 0);
            assertThat(header.published()).isEqualTo((flags & 2) != 0);
            assertThat(header.recycled()).isEqualTo((flags & 4) != 0);
        }
    }

    @Test
    void aLayoutThatEndsEarlyMayHaveEitherKindInEitherDirectory() throws UnusableException {
        for (byte code = 0; code < 2; code++) {
            byte kind = code;
            for (ResourceKind directory : ResourceKind.values()) {
                MemorySegment image = image(bytes -> bytes.put(24, kind).put(25, (byte) 0));
                assertThat(SegmentHeader.decode(image, 1064, directory).kind()).isEqualTo(directory);
            }
        }
        assertThatRefused(image -> image.put(24, (byte) 2).put(25, (byte) 0), "kind 2");
        assertThatRefused(image -> image.put(24, (byte) -1).put(25, (byte) 0), "kind 255");
    }

    @Test
    void onlyTheFileOfARecycledSegmentMayBeLongerByAsMuchAsItsPayload() throws UnusableException {
        for (long length : new long[]{ 500, 501, 999, 1000 }) {
            assertThat(decoded(image -> image.put(27, (byte) 4).putLong(16, length)).payloadSize()).isEqualTo(length);
            assertThat(decoded(image -> image.put(27, (byte) 4).putLong(16, length)).usedSize())
                    .isEqualTo(64 + length);
        }
        assertThatExpected(image -> image.put(27, (byte) 4).putLong(16, 499), "500 to 1000, as the file's size says");
        assertThatExpected(image -> image.put(27, (byte) 4).putLong(16, 1001), "500 to 1000, as the file's size says");
        assertThatExpected(image -> image.put(27, (byte) 5).putLong(16, 999), "1000, as the file's size says");
        assertThatExpected(image -> image.put(27, (byte) 1).putLong(16, 999), "1000, as the file's size says");
        assertThatExpected(image -> image.put(25, (byte) 0).put(27, (byte) 4).putLong(16, 999),
                "1000, as the file's size says");
    }

    private static void assertThatExpected(Consumer<ByteBuffer> change, String expected) {
        assertThatExceptionOfType(UnusableException.class).isThrownBy(() -> decoded(change))
                .satisfies(e -> assertThat(e.forKey("key")).hasMessageContaining("expected " + expected));
    }

    @Test
    void aFileHoldsAPayloadThatFillsHalfOfIt() {
        assertThat(SegmentHeader.canHold(64, 0)).isTrue();
        assertThat(SegmentHeader.canHold(65, 0)).isFalse();
        assertThat(SegmentHeader.canHold(65, 1)).isTrue();
        assertThat(SegmentHeader.canHold(164, 50)).isTrue();
        assertThat(SegmentHeader.canHold(165, 50)).isFalse();
        assertThat(SegmentHeader.canHold(164, 100)).isTrue();
        assertThat(SegmentHeader.canHold(164, 101)).isFalse();
        assertThat(SegmentHeader.canHold(164, -1)).isFalse();
        assertThat(SegmentHeader.canHold(164, Long.MIN_VALUE)).isFalse();
        assertThat(SegmentHeader.canHold(164, Long.MAX_VALUE)).isFalse();
    }

    @Test
    void onlyAPeerThatTakesNoLocksCouldHoldItUnseen() throws UnusableException {
        assertThat(decoded(image -> image.putInt(4, 0)).mayHaveForeignHolders()).isFalse();
        assertThat(decoded(image -> image.putInt(4, -1)).mayHaveForeignHolders()).isTrue();
        assertThat(decoded(image -> image.putInt(4, 0).put(25, (byte) 0)).mayHaveForeignHolders()).isTrue();
    }

    @Test
    void aRenewalMovesTheLeaseAndNothingElse() throws UnusableException {
        SegmentHeader header = decoded(_ -> {});
        clock.advance(100_000);
        SegmentHeader renewed = header.renewed(clock);
        assertThat(renewed).isEqualTo(decoded(image -> image.putLong(48, clock.wallMillis)
                .putLong(56, clock.bootMillis)));
        assertThat(renewed.createdAt(clock)).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
        assertThat(renewed.age(clock)).as("since it was made").isEqualTo(Duration.ofMillis(100_123));
        assertThat(renewed.millisToExpiry(clock)).isEqualTo(30_000);
        clock.advance(1);
        assertThat(renewed.age(clock)).isEqualTo(Duration.ofMillis(100_124));
    }

    @Test
    void theLeaseInMemoryIsThatOfWhoeverRenewedLast() throws UnusableException {
        byte[] bytes = new byte[64];
        MemorySegment memory = MemorySegment.ofArray(bytes);
        SegmentHeader renewed = decoded(image -> image.putLong(48, 4711).putLong(56, 4712));
        renewed.writeLease(memory);
        byte[] expected = new byte[64];
        ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).putLong(48, 4711).putLong(56, 4712);
        assertThat(bytes).isEqualTo(expected);
        assertThat(decoded(_ -> {}).withLeaseOf(memory)).isEqualTo(renewed);
        SegmentHeader early = decoded(image -> image.put(25, (byte) 0));
        assertThat(early.withLeaseOf(memory)).as("it has none there").isSameAs(early);
    }

    @Test
    void aLayoutWithoutALeaseAgesFromItsCreation() throws UnusableException {
        SegmentHeader header = decoded(image -> image.put(25, (byte) 0));
        clock.wallMillis += 60_000;
        assertThat(header.age(clock)).isEqualTo(Duration.ofMillis(60_123));
        assertThat(header.createdAt(clock)).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
        assertThat(decoded(image -> image.put(25, (byte) 0).putLong(8, 0)).createdAt(clock)).isEqualTo(Instant.EPOCH);
        assertThat(decoded(image -> image.put(25, (byte) 0).putLong(8, -1)).createdAt(clock)).as("absurd")
                .isEqualTo(Instant.ofEpochMilli(clock.wallMillis));
        clock.wallMillis = Long.MAX_VALUE;
        long last = Long.MAX_VALUE / 1000;
        assertThat(decoded(image -> image.put(25, (byte) 0).putLong(8, last)).createdAt(clock)).as("the last second")
                .isEqualTo(Instant.ofEpochSecond(last));
    }

    @Test
    void aTimeToLiveEndsWhenItIsOver() throws UnusableException {
        SegmentHeader header = decoded(_ -> {});
        clock.advance(10_000);
        assertThat(header.millisToExpiry(clock)).isEqualTo(20_000);
        assertThat(header.expiresAt(clock)).isEqualTo(Instant.ofEpochMilli(clock.wallMillis + 20_000));
        clock.advance(20_001);
        assertThat(header.millisToExpiry(clock)).isZero();
        assertThat(header.expiresAt(clock)).isEqualTo(Instant.ofEpochMilli(clock.wallMillis - 1));
    }

    @Test
    void withoutATimeToLiveNothingEnds() throws UnusableException {
        SegmentHeader none = decoded(image -> image.putLong(32, 0));
        clock.advance(86_400_000);
        assertThat(none.ttl()).isNull();
        assertThat(none.isExpired(clock)).isFalse();
        assertThat(none.millisToExpiry(clock)).isEqualTo(Long.MAX_VALUE);
        assertThat(none.expiresAt(clock)).isNull();
        SegmentHeader endless = decoded(image -> image.putLong(32, -5));
        assertThat(endless.ttl()).isEqualTo(Duration.ofMillis(Long.MAX_VALUE));
        assertThat(endless.isExpired(clock)).isFalse();
        assertThat(endless.millisToExpiry(clock)).isEqualTo(Long.MAX_VALUE);
        assertThat(endless.expiresAt(clock)).as("no later than the latest")
                .isEqualTo(Instant.ofEpochMilli(Long.MAX_VALUE));
    }

    @Test
    void whatIsToldOfASegmentIsInItsHeader() throws UnusableException {
        SegmentHeader header = decoded(_ -> {});
        clock.advance(10_000);
        assertThat(header.info("key", 1064, true, 3, clock)).isEqualTo(new ResourceLinkInfo("key",
                ResourceKind.SHARED_MEMORY, 3, 1, Instant.ofEpochMilli(1_700_000_000_123L), Duration.ofSeconds(10),
                Duration.ofSeconds(30), Instant.ofEpochMilli(1_700_000_030_123L), false, 1064, 1000, SegmentState.OPEN,
                true, 1, 0x12345678, 0x0B007001_DEADBEEFL));
        assertThat(header.info("key", 1064, false, 3, clock).state()).isEqualTo(SegmentState.RETIRED);
        assertThat(decoded(image -> image.put(26, (byte) 1)).info("key", 1064, true, 3, clock).state())
                .isEqualTo(SegmentState.RETIRED);
    }
}
