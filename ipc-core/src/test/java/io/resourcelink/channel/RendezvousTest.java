package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.os.Directory;
import io.resourcelink.os.PacketSocket;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class RendezvousTest {

    @Test
    void removesWhatTheDeadHaveLeftAndNothingElse(Path root) throws IOException {
        Path dead = root.resolve("0123456789abcdef");
        try (Directory directory = Directory.open(root, 0700)) {
            listenAndDie(directory, "0123456789abcdef");
            listenAndDie(directory, "of-another-program");
        }
        List<Path> others = List.of(root.resolve("of-another-program"), Files.createFile(root.resolve("report.txt")),
                Files.createFile(root.resolve("fedcba9876543210")),
                Files.createDirectory(root.resolve("00000000000000aa")),
                Files.createFile(root.resolve("n".repeat(200))));
        try (Rendezvous rendezvous = Rendezvous.open(root)) {
            assertThat(dead).doesNotExist();
            assertThat(others).allMatch(Files::exists);
            assertThat(root.resolve(rendezvous.address())).exists();
            rendezvous.unlink();
        }
        for (Path other : others) {
            Files.delete(other);
        }
    }

    private static void listenAndDie(Directory directory, String name) {
        Objects.requireNonNull(PacketSocket.listen(directory, name)).close();
    }
}
