package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MemoryFileTest {

    private static final long SIZE = 10_000;

    private final CallFrame frame = new CallFrame();

    @AfterEach
    void closeFrame() {
        frame.close();
    }

    private OpenFile create() {
        OpenFile file = MemoryFile.create(frame, "resourcelink-test");
        assertThat(file.reserve(frame, SIZE)).isTrue();
        MemoryFile.sealSize(frame, file);
        return file;
    }

    @Test
    void hasZerosWithStorageAndASealedSize() {
        try (OpenFile file = create()) {
            assertThat(file.status(frame).size()).isEqualTo(SIZE);
            assertThat(frame.statx().get(ValueLayout.JAVA_LONG, 48)).as("blocks of 512 bytes").isEqualTo(24);
            assertThat(MemoryFile.seals(frame, file) & 0x1f)
                    .isEqualTo(MemoryFile.F_SEAL_SHRINK | MemoryFile.F_SEAL_GROW);
            assertThat(file.read(frame, frame.buffer(), SIZE - 64)).isEqualTo(64);
            assertThat(frame.buffer().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        }
    }

    @Test
    void cannotHaveANameOfMoreThan249Bytes() {
        assertErrno(Errno.EINVAL, "memfd_create", () -> MemoryFile.create(frame, "n".repeat(250)));
        MemoryFile.create(frame, "n".repeat(249)).close();
    }

    @Test
    void cannotBeGrownOnceItsSizeIsSealed() {
        try (OpenFile file = create()) {
            assertThatExceptionOfType(PermissionException.class).isThrownBy(() -> file.reserve(frame, SIZE * 2))
                    .withMessageContaining("EPERM");
        }
    }

    @Test
    void isSealedAgainstWritingEvenWhileItIsMappedForReading() {
        try (OpenFile file = create(); Mapped mapped = new Mapped()) {
            MemorySegment reader = mapped.mapReadOnly(file, frame, SIZE);
            MemoryFile.sealContent(frame, file);
            assertThat(MemoryFile.seals(frame, file) & 0x1f).isEqualTo(MemoryFile.F_SEAL_SEAL
                    | MemoryFile.F_SEAL_SHRINK | MemoryFile.F_SEAL_GROW | MemoryFile.F_SEAL_WRITE);
            assertThat(reader.get(ValueLayout.JAVA_BYTE, 0)).isZero();
            assertThat(mapped.mapReadOnly(file, frame, SIZE).isReadOnly()).isTrue();
            assertRefused("pwrite", () -> file.write(frame, frame.buffer(), 0));
            assertRefused("mmap", () -> mapped.map(file, frame, SIZE));
            assertRefused("fcntl", () -> MemoryFile.addSeals(frame, file, MemoryFile.F_SEAL_FUTURE_WRITE));
        }
    }

    @Test
    void aWritableMappingThatIsOutGoesOnButNoOtherCanBeMade() {
        try (OpenFile file = create(); Mapped mapped = new Mapped()) {
            MemorySegment writer = mapped.map(file, frame, SIZE);
            MemoryFile.sealContent(frame, file);
            assertThat(MemoryFile.seals(frame, file) & 0x1f).isEqualTo(MemoryFile.F_SEAL_SEAL
                    | MemoryFile.F_SEAL_SHRINK | MemoryFile.F_SEAL_GROW | MemoryFile.F_SEAL_FUTURE_WRITE);
            MemorySegment reader = mapped.mapReadOnly(file, frame, SIZE);
            writer.set(ValueLayout.JAVA_BYTE, SIZE - 1, (byte) 7);
            assertThat(reader.get(ValueLayout.JAVA_BYTE, SIZE - 1)).isEqualTo((byte) 7);
            assertRefused("pwrite", () -> file.write(frame, frame.buffer(), 0));
            assertRefused("mmap", () -> mapped.map(file, frame, SIZE));
        }
    }

    @Test
    void aReadOnlyMappingShowsWhatIsWrittenLaterByWhateverWay() {
        try (OpenFile file = create(); Mapped mapped = new Mapped()) {
            MemorySegment reader = mapped.mapReadOnly(file, frame, SIZE);
            assertThat(reader.get(ValueLayout.JAVA_BYTE, 0)).isZero();
            MemorySegment writer = mapped.map(file, frame, SIZE);
            writer.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            assertThat(reader.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
            frame.buffer().fill((byte) 2);
            file.write(frame, frame.buffer(), 0);
            assertThat(reader.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 2);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> reader.set(ValueLayout.JAVA_BYTE, 0, (byte) 3));
            assertErrno(Errno.EINVAL, "mmap", () -> mapped.mapReadOnly(file, frame, 0));
        }
    }

    @Test
    void whatIsNoFileInMemoryHasNoSeals() {
        try (OpenFile device = Descriptors.open(Path.of("/dev/null"))) {
            assertThat(MemoryFile.seals(frame, device)).isEqualTo(-Errno.EINVAL);
        }
    }

    private static void assertRefused(String call, Runnable operation) {
        assertThatExceptionOfType(PermissionException.class).isThrownBy(operation::run)
                .withMessageContaining(call + " (EPERM)");
    }

    private static void assertErrno(int errno, String call, Runnable operation) {
        assertThatExceptionOfType(OsException.class).isThrownBy(operation::run).satisfies(e -> {
            assertThat(e.errno()).isEqualTo(errno);
            assertThat(e.call()).isEqualTo(call);
        });
    }
}
