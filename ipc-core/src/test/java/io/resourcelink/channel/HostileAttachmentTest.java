package io.resourcelink.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.ResourceLink;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.memory.SharedMemory;
import io.resourcelink.segment.ResourceKind;

import static io.resourcelink.channel.HostilePeerScene.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Attachments that are not what their message says cost no more than this message. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
@SuppressWarnings("try") // A scene closes with InterruptedException.
class HostileAttachmentTest {

    private static final String NOBODY = "00000000000000ff";

    record Linked(ResourceLink link) {}

    record Addressed(SubSender<byte[]> sender) {}

    @Test
    void aRegionThatIsNoneIsAnErrorOfItsMessageOnly(Path root) throws Exception {
        Path file = Files.write(root.resolve("hostile"), new byte[10]);
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            byte[] body = scene.encodedCargo();
            List<OpenFile> wrong = List.of(scene.closing(Descriptors.unsealed(10)), scene.pipe().reading(),
                    scene.closing(Descriptors.open(file)), scene.closing(Descriptors.open(Path.of("/dev/null"))),
                    scene.closing(Descriptors.openAsPath(root)), scene.peer().socket().file());
            RawPeer peer = scene.granted(scene.subchannel());
            for (OpenFile descriptor : wrong) {
                peer.send(scene.message(new Entry.Memory(10), body), descriptor);
                assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                        .withMessageContaining("Protocol error");
                peer.send(scene.message(new Entry.Memory(10, true), body), descriptor);
                assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                        .withMessageContaining("Protocol error");
                peer.send(RawPeer.message(scene.subchannel(), true, 10, List.of(), new byte[0]), descriptor);
                assertThatExceptionOfType(ProtocolException.class)
                        .isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE));
            }
            OpenFile sealed = scene.closing(Descriptors.sealed(Descriptors.unsealed(10), 15));
            peer.send(scene.message(new Entry.Memory(11), body), sealed);
            assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                    .withMessageContaining("10 bytes");
            peer.send(scene.message(new Entry.Memory(10), body), sealed);
            try (SharedMemory memory = scene.cargo.receiver().receive(PATIENCE).orElseThrow().memory()) {
                assertThat(memory.size()).as("the next message is well").isEqualTo(10);
            }
            assertThat(scene.failures).isEmpty();
        }
        Files.delete(file);
    }

    @Test
    void aLengthThatRecycledMemoryCannotHaveIsAnErrorOfItsMessageOnly(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            byte[] body = scene.encodedCargo();
            OpenFile recycled = scene.closing(Descriptors.sealed(Descriptors.unsealed(10_000), 2 | 4 | 16));
            RawPeer peer = scene.granted(scene.subchannel());
            for (long size : new long[]{ 1, 4_999, 10_001, 1 << 20 }) {
                peer.send(scene.message(new Entry.Memory(size, true), body), recycled);
                assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                        .withMessageContaining("a file of 10000 bytes for a recycled region of " + size);
            }
            peer.send(scene.message(new Entry.Memory(5_000, true), body), recycled);
            try (SharedMemory memory = scene.cargo.receiver().receive(PATIENCE).orElseThrow().memory()) {
                assertThat(memory.asSegment().byteSize()).as("the next message is well").isEqualTo(5_000);
            }
            assertThat(scene.failures).isEmpty();
        }
    }

    @Test
    void memoryThatMayChangeIsRefusedWhereItIsNotWanted(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root, true)) {
            byte[] body = scene.encodedCargo();
            OpenFile changing = scene.closing(Descriptors.sealed(Descriptors.unsealed(10), 2 | 4 | 16));
            RawPeer peer = scene.granted(scene.subchannel());
            for (boolean recycled : new boolean[]{ true, false }) {
                peer.send(scene.message(new Entry.Memory(10, recycled), body), changing);
                assertThatExceptionOfType(IpcException.class).isThrownBy(() -> scene.cargo.receiver().receive(PATIENCE))
                        .withMessageContaining("immutableMemoryOnly");
            }
            OpenFile sealed = scene.closing(Descriptors.sealed(Descriptors.unsealed(10), 15));
            peer.send(scene.message(new Entry.Memory(10), body), sealed);
            try (SharedMemory memory = scene.cargo.receiver().receive(PATIENCE).orElseThrow().memory()) {
                assertThat(memory.mayChange()).isFalse();
            }
            assertThat(scene.failures).isEmpty();
        }
    }

    @Test
    void aLinkThatIsNoneIsAnErrorOfItsMessageOnly(Path root) throws Exception {
        Path file = Files.write(root.resolve("hostile"), new byte[10]);
        try (HostilePeerScene scene = new HostilePeerScene(root);
                ResourceLink real = scene.segments.create("real", 10);
                SubReceiver<Linked> receiver = scene.cargo.receiver().typed(Linked.class)) {
            byte[] body = scene.encoded(new Linked(real), Linked.class);
            RawPeer peer = scene.granted(scene.subchannel());
            for (OpenFile descriptor : List.of(scene.closing(Descriptors.unsealed(100)), scene.pipe().reading(),
                    scene.closing(Descriptors.open(file)), scene.closing(Descriptors.open(Path.of("/dev/null"))),
                    scene.closing(Descriptors.openAsPath(root)))) {
                for (String key : List.of("real", "../../etc/passwd", "", "x".repeat(60_000), "a\0b")) {
                    for (ResourceKind kind : List.of(ResourceKind.SHARED_MEMORY)) {
                        peer.send(scene.message(new Entry.Link(kind, key, 1 << 20), body), descriptor);
                        assertThatExceptionOfType(IpcException.class)
                                .isThrownBy(() -> receiver.receive(PATIENCE));
                    }
                }
            }
            assertThat(scene.failures).isEmpty();
            assertThat(real.refcount()).isOne();
        }
        Files.delete(file);
    }

    @Test
    void aLinkThatHasNoPlaceIsAnErrorAndDiscardedWhateverItIs(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer peer = scene.granted(scene.subchannel());
            OpenFile descriptor = scene.closing(Descriptors.unsealed(100));
            OpenFile device = scene.closing(Descriptors.open(Path.of("/dev/null")));
            List<Entry> entries = List.of(new Entry.Link(ResourceKind.SHARED_MEMORY, "../../x", 64),
                    new Entry.Link(ResourceKind.SHARED_MEMORY, "", 64), new Entry.Memory(5));
            byte[] body = scene.encoded(new byte[0], byte[].class);
            for (int i = 0; i < 2; i++) {
                peer.send(RawPeer.message(scene.subchannel(), false, body.length, entries, body), descriptor, device,
                        device);
            }
            assertThatExceptionOfType(MessageException.class)
                    .isThrownBy(() -> scene.cargo.receiver().typed(byte[].class).receive(PATIENCE))
                    .withMessageContaining("has no place");
            // The factory is closed first, which it should not be.
            peer.send(RawPeer.message(scene.subchannel(), false, body.length, entries, body), descriptor, device,
                    device);
            scene.segments.close();
            scene.cargo.receiver().close();
            scene.assertSiblingWorks();
        }
    }

    @Test
    void aSenderToNobodyIsDead(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root);
                Subchannel<byte[]> any = scene.channel.bytes();
                SubReceiver<Addressed> receiver = scene.cargo.receiver().typed(Addressed.class)) {
            byte[] body = scene.encoded(new Addressed(any.sender()), Addressed.class);
            RawPeer peer = scene.granted(scene.subchannel());
            for (String nobody : List.of(NOBODY, scene.address)) {
                peer.send(scene.message(new Entry.Sender(true, 999, 1, nobody), body), scene.pipe().writing());
                try (SubSender<byte[]> sender = receiver.receive(PATIENCE).orElseThrow().sender()) {
                    assertThatExceptionOfType(DisconnectedException.class)
                            .isThrownBy(() -> sender.send(new byte[0]));
                }
            }
            peer.send(scene.message(new Entry.Sender(true, 1, 1, "../../x"), body), scene.pipe().writing());
            scene.assertGivenUp(peer, "attachment");
        }
    }
}
