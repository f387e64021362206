package io.resourcelink.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;

import static org.assertj.core.api.Assertions.assertThat;

/** Memory that another JVM has the descriptor of. It opens it by way of {@code /proc}. */
class SharedMemoryIT {

    private static final int SIZE = 1 << 20;

    /** The other JVM: tries what it may not do, then reads. */
    static final class Intruder {

        private Intruder() {}

        public static void main(String[] arguments) throws IOException {
            Path path = Path.of(arguments[0]);
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                report("truncate", () -> file.setLength(0));
                report("grow", () -> file.setLength(2 * SIZE));
                report("write", () -> file.write(1));
                report("map", () -> file.getChannel().map(MapMode.READ_WRITE, 0, SIZE));
            }
            try (SharedMemory received = RegionTest.received(Descriptors.open(path), SIZE);
                    SharedMemory expected = SharedMemory.fromByte((byte) 0x5a, SIZE)) {
                System.out.println(received.contentEquals(expected) ? "equal" : "different");
                System.out.println(received.asSegment().get(ValueLayout.JAVA_BYTE, SIZE - 1));
            }
        }

        private interface Attempt {
            void run() throws IOException;
        }

        private static void report(String what, Attempt attempt) {
            try {
                attempt.run();
                System.out.println(what + " done");
            } catch (IOException e) {
                System.out.println(what + " " + e.getMessage());
            }
        }
    }

    @Test
    void anotherProcessReadsWhatItCannotChange() throws Exception {
        try (SharedMemory memory = SharedMemory.fromByte((byte) 0x5a, SIZE)) {
            Region region = memory.region();
            region.retain();
            try {
                region.seal();
                assertThat(run(Descriptors.path(region.file()))).containsExactly("truncate Operation not permitted",
                        "grow Operation not permitted", "write Operation not permitted",
                        "map Operation not permitted", "equal", "90");
            } finally {
                region.release();
            }
            assertThat(memory.toByteArray()).hasSize(SIZE).containsOnly(0x5a);
        }
    }

    private static List<String> run(Path descriptor) throws Exception {
        Process intruder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), Intruder.class.getName(), descriptor.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(intruder.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(intruder.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return out.lines().toList();
        } finally {
            intruder.destroyForcibly();
        }
    }
}
