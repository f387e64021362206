package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessMapsTest {

    private static final FileStatus FILE = new FileStatus(0x1AL, 4711, 0x8180, 1, 1000, 1000, 4096);
    private static final String MAPPED = "7f12a000-7f12b000 rw-s 00000000 00:1a 4711                 /dev/shm/a frame\n";
    private static final String OTHER = """
            7f12a000-7f12b000 r-xp 00000000 00:1b 4711                           /usr/lib/libc.so
            7f12c000-7f12d000 rw-p 00000000 00:00 0
            7f12e000-7f12f000 rw-s 00000000 00:1a 4712                           /dev/shm/4711
            """;

    @TempDir
    private Path proc;

    private void process(int pid, String file, String text) throws IOException {
        Path path = proc.resolve(pid + "/" + file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String status(int uid, long capabilities, int threads, boolean memory) {
        return "Name:\tx\nUid:\t%d\t%d\t%d\t%d\n%sThreads:\t%d\nCapEff:\t%016x\n".formatted(uid, uid, uid, uid,
                memory ? "VmSize:\t    1000 kB\n" : "", threads, capabilities);
    }

    @Test
    void aFileIsKnownByDeviceAndNumber() throws IOException {
        process(10, "maps", OTHER);
        ProcessMaps without = ProcessMaps.read(proc);
        assertThat(without.isMapped(FILE)).isFalse();
        assertThat(without.isInodeMapped(FILE)).as("on another device").isTrue();
        assertThat(without.mayBeMappedUnseen(FILE)).isFalse();
        process(11, "maps", OTHER + MAPPED);
        assertThat(ProcessMaps.read(proc).isMapped(FILE)).isTrue();
    }

    @Test
    void whatIsNotAProcessIsNotLookedAt() throws IOException {
        process(10, "maps", OTHER);
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/maps"), MAPPED);
        assertThat(ProcessMaps.read(proc).isMapped(FILE)).isFalse();
    }

    @Test
    void aProcessThatIsNotShownMattersIfItCouldOpenTheFile() throws IOException {
        process(10, "status", status(1001, 0, 1, true));
        assertThat(ProcessMaps.read(proc).mayBeMappedUnseen(FILE)).as("another user's").isFalse();
        process(11, "status", status(1000, 0, 1, true));
        assertThat(ProcessMaps.read(proc).mayBeMappedUnseen(FILE)).as("the owner's").isTrue();
        process(11, "status", status(0, 0x2, 1, true));
        assertThat(ProcessMaps.read(proc).mayBeMappedUnseen(FILE)).as("privileged").isTrue();
    }

    @Test
    void kernelThreadsAndTheDeadHoldNothing() throws IOException {
        process(10, "status", status(1000, -1, 1, false));
        process(10, "maps", "");
        Files.createDirectories(proc.resolve("11"));
        assertThat(ProcessMaps.read(proc).mayBeMappedUnseen(FILE)).isFalse();
    }

    @Test
    void threadsThatOutliveTheirMainThreadAreAsked() throws IOException {
        process(10, "status", status(1000, 0, 2, false));
        process(10, "maps", "");
        process(10, "task/10/maps", "");
        process(10, "task/12/maps", MAPPED);
        ProcessMaps maps = ProcessMaps.read(proc);
        assertThat(maps.isMapped(FILE)).isTrue();
        assertThat(maps.mayBeMappedUnseen(FILE)).isFalse();
        Files.delete(proc.resolve("10/task/12/maps"));
        assertThat(ProcessMaps.read(proc).mayBeMappedUnseen(FILE)).isTrue();
    }

    @Test
    void withoutAListOfAllProcessesAnybodyMayHoldIt() throws IOException {
        assertThat(ProcessMaps.read(proc.resolve("none")).mayBeMappedUnseen(FILE)).isTrue();
        assertThat(ProcessMaps.read(proc).mayBeMappedUnseen(FILE)).isTrue();
        process(10, "maps", OTHER);
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/mounts"), "proc /proc proc rw,relatime 0 0\n");
        assertThat(ProcessMaps.read(proc).mayBeMappedUnseen(FILE)).isFalse();
        Files.writeString(proc.resolve("self/mounts"), "proc /proc proc rw,relatime,hidepid=invisible 0 0\n");
        assertThat(ProcessMaps.read(proc).mayBeMappedUnseen(FILE)).isTrue();
    }

    @Test
    @ExtendWith(SharedMemoryDirectory.class)
    void theKernelListsAMappingUntilItIsUnmapped(Path root) {
        try (Directory directory = Directory.open(root, 0700);
                CallFrame frame = new CallFrame();
                OpenFile file = Objects.requireNonNull(directory.createNamed(frame, "file", 0600))) {
            assertThat(file.reserve(frame, 4096)).isTrue();
            FileStatus status = file.status(frame);
            try (Mapped mapped = new Mapped()) {
                mapped.map(file, frame, 4096);
                assertThat(ProcessMaps.read().isMapped(status)).isTrue();
                directory.unlink(frame, "file");
                assertThat(ProcessMaps.read().isMapped(status)).as("its name is gone").isTrue();
            }
            assertThat(ProcessMaps.read().isMapped(status)).isFalse();
        }
    }
}
