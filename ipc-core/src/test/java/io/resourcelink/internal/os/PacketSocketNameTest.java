package io.resourcelink.internal.os;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.OsException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.PacketSocket.Sent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The kernel's own answers about sockets with names: who listens, who connects, and which names are dead. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class PacketSocketNameTest extends PacketSocketFixture {

    private <C extends @Nullable AutoCloseable> C closing(C what) {
        if (what != null) {
            opened.add(what);
        }
        return what;
    }

    @Test
    void twoMeetByAName(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            PacketSocket listening = Objects.requireNonNull(closing(PacketSocket.listen(directory, "name")));
            assertThat(listening.accept()).isNull();
            PacketSocket calling = Objects.requireNonNull(closing(PacketSocket.connect(directory, "name")));
            PacketSocket called = Objects.requireNonNull(closing(listening.accept()));
            assertThat(listening.accept()).isNull();
            PacketSocket.Peer self = new PacketSocket.Peer((int) ProcessHandle.current().pid(), Platform.userId());
            assertThat(calling.peer()).isEqualTo(self);
            assertThat(called.peer()).isEqualTo(self);
            send(calling, "hello");
            assertReceived(called, "hello");
            assertThat(directory.unlink(frame, "name")).isTrue();
        }
    }

    @Test
    void whoFindsNoRoomIsToldSoAtOnce(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            PacketSocket listening = closing(Descriptors.listening(directory, "name", 0));
            closing(PacketSocket.connect(directory, "name"));
            assertThatExceptionOfType(UnresponsiveException.class).as("EAGAIN")
                    .isThrownBy(() -> PacketSocket.connect(directory, "name")).withMessageContaining("name");
            assertThat(closing(listening.accept())).isNotNull();
            assertThat(closing(PacketSocket.connect(directory, "name"))).isNotNull();
            assertThat(directory.unlink(frame, "name")).isTrue();
        }
    }

    @Test
    void aNameIsTakenOnce(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700)) {
            closing(PacketSocket.listen(directory, "name"));
            assertThat(closing(PacketSocket.listen(directory, "name"))).isNull();
            Files.createFile(root.resolve("file"));
            assertThat(closing(PacketSocket.listen(directory, "file"))).isNull();
            Files.delete(root.resolve("name"));
            Files.delete(root.resolve("file"));
        }
    }

    @Test
    void aNameInADirectoryThatIsGoneCannotBeMade(Path root) throws IOException {
        Path gone = Files.createDirectory(root.resolve("gone"));
        try (Directory directory = Directory.open(gone, 0700)) {
            Files.delete(gone);
            assertErrno(Errno.ENOENT, "bind", () -> PacketSocket.listen(directory, "name"));
            assertThat(PacketSocket.connect(directory, "name")).isNull();
        }
    }

    @Test
    void thereIsNobodyToConnectToWithoutANameOrBehindADeadOne(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700)) {
            assertThat(PacketSocket.connect(directory, "name")).as("ENOENT").isNull();
            Objects.requireNonNull(PacketSocket.listen(directory, "name")).close();
            assertThat(root.resolve("name")).exists();
            assertThat(PacketSocket.connect(directory, "name")).as("ECONNREFUSED").isNull();
            Files.delete(root.resolve("name"));
            Files.createFile(root.resolve("file"));
            assertThat(PacketSocket.connect(directory, "file")).as("ECONNREFUSED, no socket").isNull();
            Files.delete(root.resolve("file"));
        }
    }

    @Test
    void onlyADeadSocketIsAbandoned(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700); CallFrame frame = new CallFrame()) {
            PacketSocket listening = Objects.requireNonNull(closing(PacketSocket.listen(directory, "name")));
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("listening").isFalse();
            assertThat(listening.accept()).as("it was not disturbed").isNull();
            closing(PacketSocket.connect(directory, "name"));
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("with a connection waiting").isFalse();
            PacketSocket called = Objects.requireNonNull(closing(listening.accept()));
            listening.close();
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("closed, with a connection left").isTrue();
            called.close();
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("closed").isTrue();
            directory.unlink(frame, "name");
            assertThat(PacketSocket.isAbandoned(directory, "name")).as("no such name").isFalse();
            Files.createDirectory(root.resolve("directory"));
            Files.createSymbolicLink(root.resolve("link"), Path.of("nowhere"));
            assertThat(PacketSocket.isAbandoned(directory, "link")).as("a link to nowhere").isFalse();
            Files.delete(root.resolve("link"));
            Files.delete(root.resolve("directory"));
        }
    }

    @Test
    void anotherKindOfFileIsNotTakenForAnAbandonedSocket(Path root) throws IOException {
        Files.createFile(root.resolve("file"));
        Files.createDirectory(root.resolve("directory"));
        try (Directory directory = Directory.open(root, 0700)) {
            assertThat(PacketSocket.isAbandoned(directory, "file")).isFalse();
            assertThat(PacketSocket.isAbandoned(directory, "directory")).isFalse();
        } finally {
            Files.delete(root.resolve("file"));
            Files.delete(root.resolve("directory"));
        }
    }

    @Test
    void aLongDirectoryIsNoTroubleButALongNameIs(Path root) throws IOException {
        Path deep = root;
        while (deep.toString().length() < 300) {
            deep = Files.createDirectory(deep.resolve("d".repeat(60)));
        }
        try (Directory directory = Directory.open(deep, 0700)) {
            closing(PacketSocket.listen(directory, "0123456789abcdef"));
            PacketSocket calling = closing(PacketSocket.connect(directory, "0123456789abcdef"));
            assertThat(calling).isNotNull();
            assertThat(PacketSocket.isAbandoned(directory, "0123456789abcdef")).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> PacketSocket.connect(directory, "n".repeat(92)));
            assertThatIllegalArgumentException().isThrownBy(() -> PacketSocket.listen(directory, "n".repeat(92)));
            Files.delete(deep.resolve("0123456789abcdef"));
            String longest = "n".repeat(80);
            assertThat(closing(PacketSocket.listen(directory, longest))).isNotNull();
            Files.delete(deep.resolve(longest));
        }
    }

    @Test
    void aConnectionOfAnotherTypeIsRefused(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700);
                var stream = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stream.bind(UnixDomainSocketAddress.of(root.resolve("stream")));
            assertThatExceptionOfType(OsException.class)
                    .isThrownBy(() -> PacketSocket.connect(directory, "stream")).satisfies(e -> {
                        assertThat(e.call()).isEqualTo("connect");
                        assertThat(e.errno()).as("EPROTOTYPE").isEqualTo(91);
                    });
            Files.delete(root.resolve("stream"));
        }
    }

    @Test
    void whatIsNoListenerAcceptsNothing() {
        assertErrno(Errno.EINVAL, "accept4", here::accept);
    }

    @Test
    void whatIsNotConnectedIsAtItsEnd(Path root) throws IOException {
        try (Directory directory = Directory.open(root, 0700)) {
            PacketSocket listening = Objects.requireNonNull(closing(PacketSocket.listen(directory, "name")));
            assertThat(send(listening, "x")).as("ENOTCONN").isEqualTo(Sent.ENDED);
            assertErrno(Errno.ENOTCONN, "recvmsg", () -> listening.receive(incoming, null));
            Files.delete(root.resolve("name"));
        }
    }
}
