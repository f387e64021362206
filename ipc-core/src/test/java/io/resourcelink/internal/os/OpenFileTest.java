package io.resourcelink.internal.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.Directory.Access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(SharedMemoryDirectory.class)
class OpenFileTest {

    private static final long FAR = 1L << 62;

    private final CallFrame frame = new CallFrame();
    private Directory directory;
    private OpenFile file;
    private OpenFile other;

    @BeforeEach
    void openTheSameFileTwice(Path root) throws Exception {
        directory = Directory.open(root, 0700);
        file = Objects.requireNonNull(directory.createNamed(frame, "file", 0600));
        other = Objects.requireNonNull(directory.open(frame, "file", Access.USE));
    }

    @AfterEach
    void closeAll() {
        other.close();
        file.close();
        directory.unlink(frame, "file");
        directory.close();
        frame.close();
    }

    @Test
    void aFileThatSomebodyElseHasInUseIsNotKeptFromOthers() throws Exception {
        assertThat(file.keepOthersOut(frame)).isEqualTo(OpenFile.Others.SOME);
        assertThat(file.reserve(frame, 4096)).isTrue();
        try (Mapped mapped = new Mapped()) {
            mapped.map(other, frame, 4096);
            other.close();
            assertThat(file.keepOthersOut(frame)).as("mapped, the descriptor closed").isEqualTo(OpenFile.Others.SOME);
        }
        assertThat(file.keepOthersOut(frame)).isEqualTo(OpenFile.Others.NONE);
        assertThatExceptionOfType(LeasedFileException.class)
                .isThrownBy(() -> directory.open(frame, "file", Access.LOOK));
        assertThat(ProcessHandle.current().isAlive()).as("the kernel's signal ended nobody").isTrue();
        file.letOthersIn(frame);
        other = Objects.requireNonNull(directory.open(frame, "file", Access.USE));
    }

    @Test
    void locksOfTwoDescriptionsExcludeEachOtherInOneProcess() {
        assertThat(file.tryLock(frame, FAR, 10)).isTrue();
        assertThat(file.tryLock(frame, FAR, 10)).isTrue();
        assertThat(other.tryLock(frame, FAR + 9, 1)).isFalse();
        assertThat(other.tryLock(frame, FAR + 10, 1)).isTrue();
        file.unlock(frame, FAR + 9, 1);
        assertThat(other.tryLock(frame, FAR + 9, 1)).isTrue();
    }

    @Test
    void aFailedUpgradeLeavesWhatWasHeld() {
        assertThat(file.tryLock(frame, FAR, 1)).isTrue();
        assertThat(other.tryLock(frame, FAR + 100, 1)).isTrue();
        assertThat(file.tryLock(frame, FAR, 1000)).isFalse();
        assertThat(other.findLock(frame, FAR, 1000)).isEqualTo(new LockedRun(FAR, 1));
        assertThat(file.findLock(frame, FAR, 1000)).isEqualTo(new LockedRun(FAR + 100, 1));
    }

    @Test
    void closingDropsLocksUnlessAMappingIsLeft() {
        file.reserve(frame, 4096);
        assertThat(file.tryLock(frame, FAR, 1)).isTrue();
        try (Mapped mapped = new Mapped()) {
            mapped.map(file, frame, 4096);
            file.close();
            assertThat(other.findLock(frame, FAR, 1)).isEqualTo(new LockedRun(FAR, 1));
        }
        assertThat(other.findLock(frame, FAR, 1)).isNull();
    }

    @Test
    void refusesALockBeyondTheLastOffset() {
        assertErrno(75, "fcntl", () -> file.tryLock(frame, Long.MAX_VALUE, 2));
    }

    @Test
    void appendsMoreThanOnePieceFromTheHeapAndFromElsewhere() {
        byte[] bytes = new byte[(5 << 20) + 3];
        new Random(1).nextBytes(bytes);
        MemorySegment heap = MemorySegment.ofArray(bytes);
        try (Arena arena = Arena.ofConfined(); Mapped mapped = new Mapped()) {
            MemorySegment elsewhere = arena.allocate(bytes.length).copyFrom(heap);
            for (boolean mayWait : new boolean[]{ false, true }) {
                for (MemorySegment source : List.of(heap, elsewhere)) {
                    assertThat(file.append(frame, source, 64, mayWait)).isTrue();
                    MemorySegment written = mapped.map(file, frame, 64 + bytes.length);
                    assertThat(written.asSlice(64).mismatch(heap)).isEqualTo(-1);
                    written.fill((byte) 0);
                }
            }
        }
        assertThat(file.status(frame).size()).isEqualTo(64 + bytes.length);
    }

    @Test
    void reservesStorage() {
        assertThat(file.reserve(frame, 33L << 20)).isTrue();
        assertThat(file.status(frame).size()).isEqualTo(33L << 20);
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        file.reserve(frame, 64);
        MemorySegment buffer = frame.buffer();
        buffer.set(ValueLayout.JAVA_INT, 0, 0xCAFE);
        file.write(frame, buffer.asSlice(0, 4), 10);
        buffer.fill((byte) 0);
        assertThat(other.read(frame, buffer, 10)).isEqualTo(54);
        assertThat(buffer.get(ValueLayout.JAVA_INT, 0)).isEqualTo(0xCAFE);
        assertErrno(Errno.EINVAL, "pread", () -> other.read(frame, buffer, -1));
        assertErrno(Errno.EINVAL, "pwrite", () -> other.write(frame, buffer, -1));
        assertThat(Files.size(directory.path().resolve("file"))).isEqualTo(64);
    }

    @Test
    void mapsSharedMemory() {
        file.reserve(frame, 4096);
        try (Mapped mapped = new Mapped()) {
            MemorySegment first = mapped.map(file, frame, 4096);
            MemorySegment second = mapped.map(other, frame, 4096);
            first.set(ValueLayout.JAVA_LONG, 8, 42);
            assertThat(second.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(42);
        }
        try (Mapped mapped = new Mapped()) {
            assertErrno(Errno.EINVAL, "mmap", () -> mapped.map(file, frame, 0));
        }
    }

    @Test
    void reopensAnUnnamedFileAsAnotherDescription() {
        try (OpenFile unnamed = Objects.requireNonNull(directory.createUnnamed(frame, "unnamed", 0600));
                OpenFile again = Objects.requireNonNull(unnamed.reopen(frame))) {
            assertThat(again.status(frame).isSameFileAs(unnamed.status(frame))).isTrue();
            assertThat(unnamed.tryLock(frame, FAR, 1)).isTrue();
            assertThat(again.tryLock(frame, FAR, 1)).isFalse();
            assertThat(again.findLock(frame, FAR, 1)).isEqualTo(new LockedRun(FAR, 1));
        }
    }

    @Test
    void isUnusableOnceClosed() {
        file.close();
        file.close();
        assertThatIllegalStateException().isThrownBy(() -> file.status(frame)).withMessageContaining("closed");
    }

    private static void assertErrno(int errno, String call, Runnable operation) {
        assertThatExceptionOfType(OsException.class).isThrownBy(operation::run).satisfies(e -> {
            assertThat(e.errno()).isEqualTo(errno);
            assertThat(e.call()).isEqualTo(call);
        });
    }
}
