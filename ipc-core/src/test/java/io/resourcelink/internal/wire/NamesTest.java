package io.resourcelink.internal.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.FixedClock;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class NamesTest {

    @Test
    void aServerThatIsClosedWhileItsNameIsRestoredLeavesNone(Path root) throws IOException {
        Path directory = root.resolve("channels");
        try (Rendezvous rendezvous = Rendezvous.open(directory, FixedClock.TRUST)) {
            Names names = new Names(rendezvous, new Failures("A test"), () -> {});
            names.publish("frames", 7);
            names.publish("tensors", 8);
            empty(directory);
            Files.delete(directory);
            SystemCalls.Companion closing = (function, nth) -> {
                if (function.equals("symlinkat") && nth == 1) {
                    names.withdraw("frames");
                    names.withdraw("tensors");
                }
                return 0;
            };
            try (SystemCalls _ = SystemCalls.accompanied(closing, Thread.currentThread()::equals);
                    PacketSocket old = names.restore(_ -> {})) {
                assertThat(old).as("the socket without a name").isNotNull();
            }
            assertThat(directory).isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("@"));
            assertThat(names.isReachable("frames")).isFalse();
            rendezvous.unlink();
        }
    }

    private static void empty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
