package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.ProtocolException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.PacketSocket.Sent;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.wire.Frame;
import io.resourcelink.internal.wire.Frame.Entry;
import io.resourcelink.internal.wire.RawPeer;

import static org.assertj.core.api.Assertions.assertThat;

/** Peers that send without end, never read, or come and go again take a bounded amount, and keep nobody waiting. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
@SuppressWarnings("try") // A scene closes with InterruptedException.
class FloodingPeerTest {

    @Test
    void ticketsCostABoundedNumberOfDescriptors(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer peer = scene.granted(scene.subchannel());
            Pipe pipe = scene.pipe();
            long before = Descriptors.count("pipe:");
            for (int i = 0; i < 2_000; i++) {
                peer.send(new Frame.Ticket(scene.subchannel(), RawPeer.ticket()), pipe.reading());
            }
            peer.send(new Frame.Redeem(scene.subchannel(), RawPeer.ticket()));
            assertThat(peer.next(Frame.Granted.class)).as("all was read before").isNotNull();
            assertThat(Descriptors.count("pipe:") - before).isLessThanOrEqualTo(256);
            peer.close();
            scene.assertSiblingWorks();
        }
    }

    @Test
    void redeemingWhatNobodySentHarmsNobody(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer peer = scene.peer();
            for (int i = 0; i < 70_000; i++) {
                if (peer.send(new Frame.Redeem(scene.subchannel(), RawPeer.ticket())) == Sent.FULL) {
                    i--;
                }
                peer.drain();
            }
            scene.assertSiblingWorks();
            scene.granted(scene.subchannel());
        }
    }

    @Test
    void whoNeverReadsItsAnswersIsNotReadAnyMore(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer peer = scene.peer();
            int sent = 0;
            while (sent < 200_000 && peer.send(new Frame.Redeem(0, RawPeer.ticket())) == Sent.DONE) {
                sent++;
            }
            assertThat(sent).isLessThan(20_000);
            scene.assertSiblingWorks();
            for (int i = 0; i < sent; i++) {
                peer.next(Frame.Closed.class);
            }
            peer.send(new Frame.Redeem(0, 5));
            assertThat(peer.next(Frame.Closed.class)).as("it reads again, and is read again")
                    .isEqualTo(new Frame.Closed(0, 5));
        }
    }

    @Test
    void whoNeverReadsItsAnswersAndHangsUpIsForgotten(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            RawPeer peer = scene.peer();
            int sent = 0;
            while (sent < 200_000 && peer.send(new Frame.Redeem(0, RawPeer.ticket())) == Sent.DONE) {
                sent++;
            }
            peer.socket().shutdown();
            Deadline.awaitTrue("only the sibling is connected", () -> scene.channel.statistics().connections() == 1);
        }
    }

    @Test
    void tenThousandConnectionsComeAndGo(Path root) throws Exception {
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            for (int i = 0; i < 10_000; i++) {
                (i % 2 == 0
                        ? new RawPeer(scene.directory, scene.address)
                        : RawPeer.greeted(scene.directory, scene.address)).close();
                if (i % 1_000 == 0) {
                    scene.assertSiblingWorks();
                }
            }
            assertThat(scene.failures).isEmpty();
        }
    }

    @Test
    void randomFramesWithRandomDescriptorsHarmNobody(Path root) throws Exception {
        Random random = new Random(7);
        try (HostilePeerScene scene = new HostilePeerScene(root)) {
            Pipe pipe = scene.pipe();
            List<OpenFile> files = List.of(pipe.reading(), pipe.writing(), scene.closing(Descriptors.unsealed(10)),
                    scene.closing(Descriptors.open(Path.of("/dev/null"))));
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < end) {
                try (RawPeer peer = RawPeer.greeted(scene.directory, scene.address)) {
                    for (int i = 0; i < 50; i++) {
                        OpenFile[] some = new OpenFile[random.nextInt(4) == 0 ? random.nextInt(4) : 0];
                        for (int j = 0; j < some.length; j++) {
                            some[j] = files.get(random.nextInt(files.size()));
                        }
                        peer.send(random(random, scene.subchannel()), some);
                        peer.drain();
                    }
                }
                while (scene.cargo.receiver().size() > 0) {
                    try {
                        scene.cargo.receiver().tryReceive();
                    } catch (IpcException _) {
                        // What is in the message is rubbish.
                    }
                }
                scene.assertSiblingWorks();
            }
            assertThat(scene.failures).isNotEmpty().allMatch(ProtocolException.class::isInstance);
        }
    }

    private static byte[] random(Random random, long subchannel) {
        long number = random.nextInt(3) == 0 ? random.nextLong() : subchannel;
        Frame frame = switch (random.nextInt(6)) {
            case 0 -> new Frame.Redeem(number & Long.MAX_VALUE, random.nextLong());
            case 1 -> new Frame.Ticket(number & Long.MAX_VALUE, random.nextInt(3));
            case 2 -> new Frame.Release(subchannel, 1 + random.nextInt(2));
            case 3 ->
                RawPeer.message(subchannel, false, 3, List.of(new Entry.Memory(random.nextInt(2))), new byte[3]);
            case 4 -> RawPeer.message(subchannel, random.nextBoolean(), 3, List.of(), new byte[3]);
            default -> new Frame.Redeem(subchannel, random.nextLong());
        };
        byte[] image = RawPeer.packet(frame);
        if (random.nextInt(3) == 0) {
            image[random.nextInt(image.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return image;
    }
}
