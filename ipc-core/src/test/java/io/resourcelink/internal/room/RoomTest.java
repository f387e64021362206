package io.resourcelink.internal.room;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.error.SpaceLimit;
import io.resourcelink.internal.os.Space;

import static org.assertj.core.api.Assertions.assertThat;

/** What the kernel's files say, recorded: version 2 as on a machine that has it, version 1 as in a container. */
class RoomTest {

    private static final long MIB = 1L << 20;
    private static final long TMPFS = 0x01021994;
    private static final Space UNLIMITED = new Space(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, TMPFS);

    @TempDir
    private Path root;

    @BeforeEach
    void aMachine() throws IOException {
        file("proc/meminfo", """
                MemTotal:        8388608 kB
                MemFree:          102400 kB
                MemAvailable:    4194304 kB
                SwapTotal:       1048576 kB
                SwapFree:         524288 kB
                """);
        file("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max cpu time              unlimited            unlimited            seconds
                Max file size             unlimited            unlimited            bytes
                Max open files            1024                 524288               files
                """);
        file("proc/self/cgroup", "0::/\n");
        file("proc/self/mountinfo", "");
    }

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void version2(String directory, String most, long current, long cache) throws IOException {
        file(directory + "/memory.max", most + "\n");
        file(directory + "/memory.current", current + "\n");
        file(directory + "/memory.stat", """
                anon 1000
                file %d
                shmem 4096
                inactive_anon 1
                active_anon 1
                inactive_file %d
                active_file %d
                """.formatted(cache + 4096, cache / 2, cache - cache / 2));
    }

    private Limit limit(Space space) {
        return new Room(root).of(space, "/dev/shm/ipc-1000");
    }

    @Test
    void theMachinesMemoryAndFreeSwapLimitATmpfs() {
        assertThat(limit(UNLIMITED)).isEqualTo(new Limit(SpaceLimit.MEMORY, 4608 * MIB, "/proc/meminfo"));
        assertThat(new Room(root).refusal(UNLIMITED, "/x", 4608 * MIB)).isNull();
        assertThat(new Room(root).refusal(UNLIMITED, "/x", 4608 * MIB + 1)).isNotNull()
                .returns(SpaceLimit.MEMORY, Limit::by);
    }

    @Test
    void whatIsKeptForLaterCountsAsFreeButNoFileGetsLargerByIt() throws IOException {
        Space full = new Space(64 * MIB, 0, 0, TMPFS);
        assertThat(new Room(root).of(full, "/x", 10 * MIB))
                .isEqualTo(new Limit(SpaceLimit.FILE_SYSTEM, 10 * MIB, "/x"));
        assertThat(new Room(root).of(UNLIMITED, "/x", 10 * MIB).free()).isEqualTo(4618 * MIB);
        file("proc/self/limits", "Max file size             1048576              unlimited            bytes\n");
        assertThat(new Room(root).of(UNLIMITED, "/x", 10 * MIB).free()).isEqualTo(MIB);
        assertThat(new Room(root).of(new Space(Long.MAX_VALUE, Long.MAX_VALUE, 9, 0xEF53), "/x", 1).free())
                .isEqualTo(MIB);
    }

    @Test
    void aDiskIsNotLimitedByMemory() {
        assertThat(limit(new Space(9000 * MIB, 5000 * MIB, 10, 0xEF53)))
                .isEqualTo(new Limit(SpaceLimit.FILE_SYSTEM, 5000 * MIB, "/dev/shm/ipc-1000"));
    }

    @Test
    void aFileSystemWithoutInodesHasNoRoom() {
        Limit limit = limit(new Space(64 * MIB, 64 * MIB, 0, TMPFS));
        assertThat(limit.by()).isEqualTo(SpaceLimit.INODES);
        assertThat(limit.refuse("key", 128)).hasMessageContaining("no inode left").hasMessageContaining("nr_inodes")
                .hasMessageNotContaining("size=");
    }

    @Test
    void theSizeOfAFileIsALimit() throws IOException {
        file("proc/self/limits", "Max file size             1048576              unlimited            bytes\n");
        Limit limit = limit(UNLIMITED);
        assertThat(limit).isEqualTo(new Limit(SpaceLimit.FILE_SIZE, MIB, "/proc/self/limits"));
        assertThat(limit.refuse("key", 2 * MIB)).hasMessageContaining("RLIMIT_FSIZE").hasMessageContaining("1048576")
                .hasMessageContaining("ulimit -f").hasMessageNotContaining("Release");
        assertThat(new Room(root).refusal(UNLIMITED, "/x", MIB + 1)).isEqualTo(limit);
        assertThat(new Room(root).refusal(UNLIMITED, "/x", MIB)).isNull();
    }

    @Test
    void everyVisibleGroupOfVersion2Limits() throws IOException {
        file("proc/self/cgroup", "0::/app.slice/app-1.scope\n");
        file("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
        version2("sys/fs/cgroup/app.slice/app-1.scope", "max", 60 * MIB, 0);
        file("sys/fs/cgroup/app.slice/app-1.scope/memory.swap.max", "max\n");
        version2("sys/fs/cgroup/app.slice", "209715200", 150 * MIB, 40 * MIB);
        file("sys/fs/cgroup/app.slice/memory.swap.max", "10485760\n");
        file("sys/fs/cgroup/app.slice/memory.swap.current", "4194304\n");
        // 200 MiB less 150, of which 40 give way, and 6 MiB of swap that the group may still use.
        Limit limit = limit(UNLIMITED);
        assertThat(limit.by()).isEqualTo(SpaceLimit.CONTROL_GROUP);
        assertThat(limit.free()).isEqualTo(96 * MIB);
        assertThat(limit.source()).endsWith("/sys/fs/cgroup/app.slice/memory.max");
        Room room = new Room(root);
        assertThat(room.refusal(UNLIMITED, "/x", 96 * MIB)).isNull();
        assertThat(room.refusal(UNLIMITED, "/x", 96 * MIB + 1)).isEqualTo(limit);
        assertThat(room.memoryRefusal(96 * MIB + 1)).isEqualTo(limit);
        assertThat(limit.refuse("key", 97 * MIB)).hasMessageContaining("control group")
                .hasMessageContaining("memory.max").hasMessageContaining("resources.limits.memory");
    }

    @Test
    void swapOfTheMachineThatIsUsedUpIsNoneOfAGroupsEither() throws IOException {
        file("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\nSwapFree: 1024 kB\n");
        file("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        version2("sys/fs/cgroup", "104857600", 100 * MIB, 0);
        file("sys/fs/cgroup/memory.swap.max", "max\n");
        file("sys/fs/cgroup/memory.swap.current", "0\n");
        assertThat(limit(UNLIMITED).free()).isEqualTo(MIB);
    }

    /** In a container the mount shows the hierarchy from the container's group on, while the membership is the host's. */
    @Test
    void groupsOfVersion1CountSwapWithMemory() throws IOException {
        file("proc/self/cgroup", "4:memory:/docker/abc/inner\n3:cpu,cpuacct:/docker/abc\n0::/docker/abc\n");
        file("proc/self/mountinfo", """
                35 31 0:32 /docker/abc /sys/fs/cgroup/mem\\040ory rw,relatime - cgroup cgroup rw,memory
                36 31 0:33 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct
                """);
        String group = "sys/fs/cgroup/mem ory/inner/";
        file(group + "memory.limit_in_bytes", "104857600\n");
        file(group + "memory.usage_in_bytes", "94371840\n");
        file(group + "memory.memsw.limit_in_bytes", "115343360\n");
        file(group + "memory.memsw.usage_in_bytes", "94371840\n");
        file(group + "memory.stat", """
                cache 1
                active_file 7
                inactive_file 7
                total_active_file 1048576
                total_inactive_file 1048576
                """);
        file("sys/fs/cgroup/mem ory/memory.limit_in_bytes", "9223372036854771712\n");
        // Memory: 100 - 90 + 2. With swap: 110 - 90 + 2.
        Limit limit = limit(UNLIMITED);
        assertThat(limit.free()).isEqualTo(22 * MIB);
        assertThat(limit.source()).endsWith("inner/memory.limit_in_bytes");
        file(group + "memory.memsw.limit_in_bytes", "104857600\n");
        assertThat(limit(UNLIMITED).free()).isEqualTo(12 * MIB);
        Files.delete(root.resolve(group + "memory.memsw.limit_in_bytes"));
        assertThat(limit(UNLIMITED).free()).isEqualTo((12 + 512) * MIB);
    }

    @Test
    void aGroupThatIsNotVisibleFromHereLeavesTheMountsOwn() throws IOException {
        file("proc/self/cgroup", "0::/../elsewhere\n");
        file("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        version2("sys/fs/cgroup", "104857600", 90 * MIB, 0);
        file("sys/fs/cgroup/memory.swap.max", "0\n");
        file("sys/fs/cgroup/memory.swap.current", "0\n");
        assertThat(limit(UNLIMITED).free()).isEqualTo(10 * MIB);
    }

    @Test
    void whatTheKernelDoesNotSayIsNoLimit(@TempDir Path nothing) {
        assertThat(new Room(nothing).of(UNLIMITED, "/x").free()).isEqualTo(Long.MAX_VALUE);
        assertThat(new Room(nothing).refusal(UNLIMITED, "/x", 1L << 60)).isNull();
    }

    @Test
    void smallFilesAskForNothingButTheirFileSystem() throws IOException {
        file("proc/meminfo", "MemAvailable: 0 kB\n");
        assertThat(new Room(root).refusal(UNLIMITED, "/x", MIB - 1)).isNull();
        assertThat(new Room(root).refusal(UNLIMITED, "/x", MIB)).isNotNull();
    }

    @Test
    void whatTheKernelRefusesAlthoughThereIsRoomIsSaid() {
        Limit limit = new Room(root).refused(new Space(9 * MIB, 5 * MIB, 9, TMPFS), "/mnt", MIB);
        assertThat(limit.by()).isEqualTo(SpaceLimit.FILE_SYSTEM);
        assertThat(limit.source()).startsWith("/mnt, but the kernel refused them");
    }
}
