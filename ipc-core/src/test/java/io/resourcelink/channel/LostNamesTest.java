package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.wire.ServerName;

import static org.assertj.core.api.Assertions.assertThat;

/** A directory of channels that is removed while it is used, as systemd does when a user has logged out. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class LostNamesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);

    /** A server that is not reachable is closed after the garbage collector has found it. */
    private @Nullable NamedServer<byte[]> kept;

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    private static void assertDelivers(SubSender<byte[]> sender, NamedServer<byte[]> server, int number)
            throws InterruptedException {
        byte[] message = { (byte) number };
        sender.send(message);
        assertThat(server.receiver().receive(PATIENCE)).hasValueSatisfying(got -> assertThat(got).isEqualTo(message));
    }

    @Test
    void aRemovedDirectoryIsMadeAgainWithAllNames(Path root) throws Exception {
        Path directory = root.resolve("channels");
        try (Channel serving = open(directory);
                NamedServer<byte[]> frames = serving.serve("frames", BYTES);
                NamedServer<byte[]> tensors = serving.serve("tensors", BYTES);
                Channel early = open(directory);
                SubSender<byte[]> connected = early.connect("frames", BYTES, PATIENCE)) {
            assertThat(frames.isReachable()).isTrue();
            remove(directory);
            assertDelivers(connected, frames, 1);
            Deadline.awaitTrue("both channels have noticed",
                    () -> serving.statistics().failures() == 1 && early.statistics().failures() == 1);
            Deadline.awaitTrue("the names are back", () -> frames.isReachable() && tensors.isReachable());
            try (Channel late = open(directory);
                    SubSender<byte[]> toFrames = late.connect("frames", BYTES, PATIENCE);
                    SubSender<byte[]> toTensors = early.connect("tensors", BYTES, PATIENCE)) {
                assertDelivers(toFrames, frames, 2);
                assertDelivers(toTensors, tensors, 3);
                assertDelivers(connected, frames, 4);
            }
            assertThat(serving.statistics().failures()).isOne();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aRemovedSocketIsMadeAgain(Path root) throws Exception {
        try (Channel serving = open(root);
                NamedServer<byte[]> frames = serving.serve("frames", BYTES);
                Channel other = open(root)) {
            for (String name : List.of(ServerName.parse(Files.readSymbolicLink(root.resolve("@frames")).toString())
                    .address(), "@frames")) {
                Files.delete(root.resolve(name));
            }
            Deadline.awaitTrue("the name is back", () -> serving.statistics().failures() == 1 && frames.isReachable());
            try (SubSender<byte[]> sender = other.connect("frames", BYTES, PATIENCE)) {
                assertDelivers(sender, frames, 1);
            }
        }
    }

    @Test
    void aNameThatAnotherProcessHasTakenIsItsUntilItEnds(Path root) throws Exception {
        Path directory = root.resolve("channels");
        try (Channel serving = open(directory); NamedServer<byte[]> frames = serving.serve("frames", BYTES)) {
            remove(directory);
            try (Channel quicker = open(directory); NamedServer<byte[]> theirs = quicker.serve("frames", BYTES)) {
                Deadline.awaitTrue("the trouble is reported", () -> serving.statistics().failures() == 2);
                assertThat(frames.isReachable()).isFalse();
                assertThat(theirs.isReachable()).isTrue();
                try (NamedServer<byte[]> second = serving.serve("second", BYTES);
                        SubSender<byte[]> sender = quicker.connect("second", BYTES, PATIENCE)) {
                    assertDelivers(sender, second, 1);
                }
            }
            Deadline.awaitTrue("the name is back", frames::isReachable);
            try (Channel late = open(directory); SubSender<byte[]> sender = late.connect("frames", BYTES, PATIENCE)) {
                assertDelivers(sender, frames, 2);
            }
        }
    }

    @Test
    void closingLeavesANameThatAnotherProcessHasTaken(Path root) throws Exception {
        Path directory = root.resolve("channels");
        try (Channel quicker = closedAfterItsNameWasTaken(directory);
                Channel late = open(directory);
                NamedServer<byte[]> more = quicker.serve("more", BYTES)) {
            assertThat(late.connect("frames", BYTES, PATIENCE)).isNotNull().satisfies(SubSender::close);
            assertThat(more.isReachable()).isTrue();
        }
    }

    private Channel closedAfterItsNameWasTaken(Path directory) throws IOException {
        try (Channel serving = open(directory); NamedServer<byte[]> frames = serving.serve("frames", BYTES)) {
            assertThat(frames.isReachable()).isTrue();
            remove(directory);
            Channel quicker = open(directory);
            kept = quicker.serve("frames", BYTES);
            assertThat(kept.isReachable()).isTrue();
            return quicker;
        }
    }

    @Test
    void aNameThatWasNotLostIsNotMissed(Path root) throws Exception {
        try (Channel serving = open(root);
                NamedServer<byte[]> frames = serving.serve("frames", BYTES);
                Channel other = open(root)) {
            Files.delete(root.resolve(
                    ServerName.parse(Files.readSymbolicLink(root.resolve("@frames")).toString()).address()));
            Deadline.awaitTrue("the loss is noticed", () -> serving.statistics().failures() > 0);
            Deadline.awaitTrue("the server is reachable", frames::isReachable);
            try (SubSender<byte[]> sender = other.connect("frames", BYTES, PATIENCE)) {
                assertDelivers(sender, frames, 1);
            }
            assertThat(serving.statistics().failures()).isOne();
        }
    }

    @Test
    void aNameThatCannotBeMadeAgainAtFirstLeavesNoSocketBehind(Path root) throws Exception {
        long before = Descriptors.count("socket:");
        Path directory = root.resolve("channels");
        try (Channel serving = open(directory); NamedServer<byte[]> frames = serving.serve("frames", BYTES)) {
            try (SystemCalls _ = SystemCalls.failing("symlinkat", 1, Errno.ENOSPC)) {
                remove(directory);
                Deadline.awaitTrue("the failure is reported", () -> serving.statistics().failures() == 2);
            }
            Deadline.awaitTrue("the name is back", frames::isReachable);
        }
        assertThat(Descriptors.count("socket:")).isEqualTo(before);
    }
}
