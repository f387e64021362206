package io.resourcelink.internal.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.FixedClock;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.PermissionException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.Platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
        try (Rendezvous rendezvous = Rendezvous.open(root, FixedClock.TRUST)) {
            assertThat(dead).doesNotExist();
            assertThat(others).allMatch(Files::exists);
            assertThat(root.resolve(rendezvous.address())).exists();
            rendezvous.unlink();
        }
        for (Path other : others) {
            Files.delete(other);
        }
    }

    @Test
    void refusesADirectoryInAnotherThatAllMayWriteTo(Path root) throws IOException {
        Path open = Files.createDirectory(root.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatExceptionOfType(PermissionException.class)
                .isThrownBy(() -> Rendezvous.open(open.resolve("c"), FixedClock.TRUST))
                .withMessageContaining(open.toString()).withMessageContaining("ipc.channels.directory");
        assertThat(open).as("nothing was made there").isEmptyDirectory();
        Files.delete(open);
    }

    @Test
    void refusesADirectoryInOneOfAnotherUser(Path root) throws IOException {
        assumeTrue(Platform.userId() == 0, "only root gives directories away");
        Path taken = Files.createDirectory(root.resolve("taken"));
        Files.setAttribute(taken, "unix:uid", 65_534);
        assertThatExceptionOfType(PermissionException.class)
                .isThrownBy(() -> Rendezvous.open(taken.resolve("c"), FixedClock.TRUST))
                .withMessageContaining("belongs to user 65534").withMessageContaining("ipc.directory");
        Files.delete(taken);
    }

    @Test
    void directoryOfAllUsersHasNoPlaceForChannels(Path root) throws IOException {
        Path common = Files.createDirectory(root.resolve("common"));
        assertThat(TrustedDirectory.inside(common)).isEqualTo(common.resolve(".channels"));
        Files.setAttribute(common, "unix:mode", 01777);
        assertThat(TrustedDirectory.inside(common)).isNull();
        assertThat(TrustedDirectory.inside(root.resolve("missing"))).isEqualTo(root.resolve("missing/.channels"));
        Files.delete(common);
    }

    private static void listenAndDie(Directory directory, String name) {
        Objects.requireNonNull(PacketSocket.listen(directory, name)).close();
    }
}
