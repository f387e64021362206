package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.FixedClock;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class SpaceDigestTest {

    private static final SegmentClock BOOT_A = booted("boot-a");

    private static SegmentClock booted(String id) {
        FixedClock clock = new FixedClock();
        return new SegmentClock() {
            @Override
            public long wallMillis() {
                return clock.wallMillis();
            }

            @Override
            public long bootMillis() {
                return clock.bootMillis();
            }

            @Override
            public int bootTag() {
                return id.hashCode();
            }

            @Override
            public String bootId() {
                return id;
            }
        };
    }

    private static SpaceId space(Path path, SegmentClock clock, String hostId) {
        try (CallFrame frame = new CallFrame(); Directory directory = Directory.open(path, 0700)) {
            return new SpaceDigest(clock, hostId).of(frame, directory);
        }
    }

    @Test
    void theDigestIsTheRecordedOne() {
        SpaceDigest digest = new SpaceDigest(BOOT_A, "host-a");
        assertThat(digest.of(true, 0x1122334455667788L, 42)).hasToString("e194d251a8d22d480687a4a9e73b8a1f");
        assertThat(digest.of(false, 0x1122334455667788L, 42)).hasToString("522cd71a71b9f250c98c54e199b6d81d");
    }

    @Test
    void aDirectoryIsTheSameByEveryPath(Path directory) throws IOException {
        Path child = Files.createDirectory(directory.resolve("child"));
        Path detour = directory.resolve("child/../child");
        assertThat(space(detour, BOOT_A, "host")).isEqualTo(space(child, BOOT_A, "host"));
        assertThat(space(child, BOOT_A, "host")).isNotEqualTo(space(directory, BOOT_A, "host"));
    }

    @Test
    void anotherBootMakesMemoryAnotherSpaceAndLeavesDisksAlone(Path directory) throws IOException {
        SegmentClock rebooted = booted("boot-b");
        assertThat(space(directory, rebooted, "host")).isNotEqualTo(space(directory, BOOT_A, "host"));
        assertThat(space(directory, BOOT_A, "other")).isEqualTo(space(directory, BOOT_A, "host"));
        Path disk = Files.createTempDirectory(Path.of("/var/tmp"), "ipc-test-space-");
        try {
            assertThat(space(disk, rebooted, "host")).isEqualTo(space(disk, BOOT_A, "host"));
            assertThat(space(disk, BOOT_A, "other")).isNotEqualTo(space(disk, BOOT_A, "host"));
            assertThat(space(disk, rebooted, "")).isNotEqualTo(space(disk, BOOT_A, ""));
        } finally {
            Files.delete(disk);
        }
    }

    @Test
    void theClockOfTheSystemKnowsTheWholeBootId() {
        assertThat(SegmentClock.system().bootId()).isEqualTo(Platform.bootId()).hasSize(36);
        assertThat(SegmentClock.system().bootTag()).isEqualTo(Platform.bootId().hashCode());
    }
}
