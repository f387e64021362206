package io.resourcelink.internal.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class SharedCountTest {

    private static final int TIMES = 500_000;

    private final CallFrame frame = new CallFrame();
    private final Mapped mapped = new Mapped();
    private Directory directory;
    private OpenFile file;
    private MemorySegment count;

    @BeforeEach
    void mapAPage(Path root) {
        directory = Directory.open(root, 0700);
        file = Objects.requireNonNull(directory.createNamed(frame, "file", 0600));
        assertThat(file.reserve(frame, 4096)).isTrue();
        count = mapped.map(file, frame, 4096).asSlice(4, 4);
    }

    @AfterEach
    void closeAll() {
        mapped.close();
        file.close();
        directory.unlink(frame, "file");
        directory.close();
        frame.close();
    }

    private int value() {
        return count.get(ValueLayout.JAVA_INT, 0);
    }

    @Test
    void addsAndSubtractsWhatIsAsked() {
        assertThat(SharedCount.add(frame, count, 1)).isTrue();
        assertThat(value()).isOne();
        assertThat(SharedCount.add(frame, count, 1 << 20)).isTrue();
        assertThat(value()).isEqualTo(1 + (1 << 20));
        assertThat(SharedCount.add(frame, count, -(1 << 20) - 1)).isTrue();
        assertThat(value()).isZero();
    }

    @Test
    void aTruncatedFileIsAnAnswerAndNotTheEndOfTheProcess(Path root) throws IOException {
        try (FileChannel peer = FileChannel.open(root.resolve("file"), StandardOpenOption.WRITE)) {
            peer.truncate(0);
            assertThat(MemoryCalls.futex(frame, count, 5, 1 << 28 | 1 << 12)).isEqualTo(-Errno.EFAULT);
            assertThat(SharedCount.add(frame, count, 1)).isFalse();
            assertThat(file.reserve(frame, 4096)).isTrue();
            assertThat(SharedCount.add(frame, count, 1)).as("once it has its length back").isTrue();
        }
        assertThat(value()).isOne();
    }

    @Test
    void noAtomicIncrementOfAnotherProcessIsLostNorOneOfOurs(Path root) throws Exception {
        try (PeerProcess peer = PeerProcess.start(Adder.class, List.of(), root.resolve("file").toString())) {
            peer.expect("adding");
            for (int added = 0; added < TIMES; added++) {
                SharedCount.add(frame, count, 1);
            }
            peer.expect("added");
        }
        assertThat(value()).isEqualTo(2 * TIMES);
    }

    /** Adds as a process does that knows nothing of ours: by atomic instructions on its own mapping. */
    static final class Adder {

        private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
                MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, 4096, Arena.global());
                System.out.println("adding");
                for (int added = 0; added < TIMES; added++) {
                    int _ = (int) INT.getAndAdd(memory, 4L, 1);
                }
                System.out.println("added");
            }
        }
    }
}
