package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.FaultPeer.Note;
import io.resourcelink.channel.FaultPeer.Parcels;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.wire.ServerName;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What must not happen to channels, by the number of the fault it would be; with processes that are really killed. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelFaultsIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final List<String> FEW_DESCRIPTORS = List.of("bash", "-c", "ulimit -n 128; exec \"$@\"", "bash");
    private static final String MUCH_CREDIT = "1000000 1000000000 1000";

    private static final Executor ASKING = asked -> Thread.ofPlatform().daemon().start(asked);

    private static PeerProcess start(Path directory, List<String> prefix, String credits) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(directory.toString()));
        if (!credits.isEmpty()) {
            arguments.addAll(List.of(credits.split(" ")));
        }
        PeerProcess peer = PeerProcess.start(FaultPeer.class, prefix, arguments.toArray(String[]::new));
        peer.expect("ready");
        return peer;
    }

    private static PeerProcess start(Path directory) throws IOException {
        return start(directory, List.of(), "");
    }

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    private static CompletableFuture<String> asking(PeerProcess peer, String line) {
        return CompletableFuture.supplyAsync(() -> peer.ask(line), ASKING);
    }

    private static String ask(PeerProcess peer, String line) throws Exception {
        return asking(peer, line).get(60, TimeUnit.SECONDS);
    }

    private static Parcels number(int number) {
        return new Parcels(number, List.of(), List.of());
    }

    private static SubSender<Parcels> senderTo(PeerProcess peer, Channel channel) throws Exception {
        SubSender<Parcels> sender = channel.connect(ask(peer, "serve"), Parcels.class);
        sender.send(number(0));
        assertThat(ask(peer, "accept")).isEqualTo("0");
        return sender;
    }

    private static SubReceiver<Parcels> receiverFrom(PeerProcess peer, Channel channel) throws Exception {
        OneShotServer<Parcels> server = channel.oneShotServer(Parcels.class);
        assertThat(ask(peer, "connect " + server.name())).isEqualTo("ok");
        assertThat(ask(peer, "send 0 0")).isEqualTo("ok");
        OneShotServer.Accepted<Parcels> accepted = server.accept(LONG).orElseThrow();
        assertThat(accepted.first().number()).isZero();
        return accepted.receiver();
    }

    /** Kills a process; the name of its socket goes when the next channel is opened. */
    private static void kill(PeerProcess peer, Path directory) throws InterruptedException {
        peer.kill();
        open(directory).close();
    }

    private static void signal(PeerProcess peer, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(peer.pid())).inheritIO().start().waitFor())
                .isZero();
        boolean stopped = signal.equals("STOP");
        Deadline.awaitTrue("the process is stopped, or goes on", () -> isStopped(peer.pid()) == stopped);
    }

    private static boolean isStopped(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") T ");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("C2: that a process is killed which has received a sender, and used it, is noticed at once")
    void theDeathOfWhoHasReceivedASenderIsNoticed(Path directory) throws Exception {
        try (Channel channel = open(directory);
                PeerProcess peer = start(directory);
                SubSender<Parcels> sender = senderTo(peer, channel);
                Subchannel<Note> notes = channel.subchannel(Note.class)) {
            sender.send(new Parcels(1, List.of(), List.of(notes.sender())));
            notes.sender().close();
            assertThat(ask(peer, "receive 1")).isEqualTo("1");
            assertThat(ask(peer, "answer 5")).isEqualTo("ok");
            assertThat(notes.receiver().receive()).isEqualTo(new Note(5, "answer"));
            assertThat(notes.receiver().tryReceive()).isEmpty();
            CompletableFuture<Throwable> blocked = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    notes.receiver().receive();
                } catch (InterruptedException | RuntimeException e) {
                    blocked.complete(e);
                }
            });
            kill(peer, directory);
            assertThat(blocked.get(30, TimeUnit.SECONDS)).isInstanceOf(DisconnectedException.class);
        }
    }

    @Test
    @DisplayName("57: a routed receiver's route ends when the process is killed that was to receive its sender")
    void aRouteEndsWithTheProcessThatWasToReceiveItsSender(Path directory) throws Exception {
        try (Channel channel = open(directory);
                PeerProcess peer = start(directory);
                SubSender<Parcels> sender = senderTo(peer, channel);
                Router router = Router.start();
                Subchannel<Note> notes = channel.subchannel(Note.class)) {
            BlockingQueue<Note> queue = new LinkedBlockingQueue<>();
            Router.Route route = router.route(notes.receiver(), queue);
            sender.send(new Parcels(1, List.of(), List.of(notes.sender())));
            notes.sender().close();
            assertThat(route.ended()).isNotDone();
            kill(peer, directory);
            route.ended().get(30, TimeUnit.SECONDS);
            assertThat(queue).isEmpty();
        }
    }

    @Test
    @DisplayName("C3: a killed sender is disconnected, after what it had sent; a killed receiver is disconnected")
    void theKilledAreDisconnected(Path directory) throws Exception {
        try (Channel channel = open(directory); PeerProcess peer = start(directory)) {
            SubReceiver<Parcels> receiver = receiverFrom(peer, channel);
            SubSender<Parcels> sender = senderTo(peer, channel);
            String server = ask(peer, "serve");
            for (int i = 1; i <= 100; i++) {
                assertThat(ask(peer, "send " + i + " 1")).isEqualTo("ok");
                sender.send(number(i));
            }
            CompletableFuture<Throwable> blocked = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    for (;;) {
                        sender.send(number(1));
                    }
                } catch (InterruptedException | RuntimeException e) {
                    blocked.complete(e);
                }
            });
            kill(peer, directory);
            assertThat(blocked.get(30, TimeUnit.SECONDS)).isInstanceOf(DisconnectedException.class);
            assertThatThrownBy(() -> sender.send(number(1))).isInstanceOf(DisconnectedException.class);
            assertThatThrownBy(() -> channel.connect(server, Parcels.class)).isInstanceOf(DisconnectedException.class);
            for (int i = 1; i <= 100; i++) {
                Parcels got = receiver.receive(LONG).orElseThrow();
                assertThat(got.number()).isEqualTo(i);
                got.memory().forEach(SharedMemory::close);
            }
            assertThatThrownBy(() -> receiver.receive(LONG)).isInstanceOf(DisconnectedException.class);
            receiver.close();
            sender.close();
        }
    }

    @Test
    @DisplayName("C6: closing receivers waits for no other process, be it silent, or stopped with messages on the way")
    void closingWaitsForNobody(Path directory) throws Exception {
        Channel channel = open(directory);
        try (PeerProcess silent = start(directory); PeerProcess stopped = start(directory)) {
            List<SubReceiver<Parcels>> receivers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                receivers.add(receiverFrom(silent, channel));
                receivers.add(receiverFrom(stopped, channel));
            }
            SubSender<Parcels> sender = senderTo(stopped, channel);
            assertThat(ask(stopped, "send 1 1")).isEqualTo("ok");
            signal(stopped, "STOP");
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
                receivers.forEach(SubReceiver::close);
                sender.close();
                channel.close();
            }, ASKING);
            closing.get(30, TimeUnit.SECONDS);
            signal(stopped, "CONT");
            assertThat(ask(silent, "send 1 1")).startsWith("DisconnectedException");
        } finally {
            channel.close();
        }
    }

    @Test
    @DisplayName("C7: a stopped process neither exhausts who sends to it nor keeps others waiting")
    void aStoppedProcessHarmsNobody(Path directory) throws Exception {
        try (Channel channel = open(directory);
                PeerProcess stopped = start(directory, List.of(), MUCH_CREDIT);
                PeerProcess running = start(directory);
                SubSender<Parcels> toStopped = senderTo(stopped, channel);
                SubSender<Parcels> toRunning = senderTo(running, channel);
                SharedMemory memory = SharedMemory.fromByte((byte) 1, 100)) {
            signal(stopped, "STOP");
            try {
                long descriptors = FaultPeer.descriptors(ProcessHandle.current().pid());
                int sent = 0;
                while (toStopped.send(new Parcels(sent + 1, List.of(memory), List.of()), Duration.ofMillis(20))) {
                    sent++;
                    assertThat(sent).isLessThan(100_000);
                }
                assertThat(sent).as("until the socket is full, long before the credit is used up").isPositive();
                assertThat(toStopped.trySend(number(-1))).isFalse();
                CompletableFuture<Class<?>> interrupted = new CompletableFuture<>();
                Thread waiting = Thread.ofPlatform().daemon().start(() -> {
                    try {
                        toStopped.send(number(-2));
                        interrupted.complete(Void.class);
                    } catch (InterruptedException e) {
                        interrupted.complete(e.getClass());
                    }
                });
                Deadline.awaitTrue("the thread waits", () -> waiting.getState() == Thread.State.TIMED_WAITING
                        || waiting.getState() == Thread.State.WAITING);
                waiting.interrupt();
                assertThat(interrupted.get(30, TimeUnit.SECONDS)).isEqualTo(InterruptedException.class);
                CompletableFuture<String> received = asking(running, "receive 3000");
                for (int i = 1; i <= 3_000; i++) {
                    assertThat(toRunning.send(number(i), LONG)).isTrue();
                }
                assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo("3000");
                assertThat(FaultPeer.descriptors(ProcessHandle.current().pid())).isLessThan(descriptors + 10);
                signal(stopped, "CONT");
                assertThat(ask(stopped, "receive " + sent)).isEqualTo(String.valueOf(sent));
                toStopped.send(number(-3));
                assertThat(ask(stopped, "receive 1")).isEqualTo("-3");
            } finally {
                signal(stopped, "CONT");
            }
        }
    }

    @Test
    @DisplayName("C11: a receiving process out of descriptors says so, tells the sender, and goes on afterwards")
    void aReceiverOutOfDescriptors(Path directory) throws Exception {
        List<SharedMemory> memory = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            memory.add(SharedMemory.fromByte((byte) i, 100));
        }
        try (Channel channel = open(directory);
                PeerProcess peer = start(directory, FEW_DESCRIPTORS, "");
                SubSender<Parcels> sender = senderTo(peer, channel);
                Subchannel<Note> notes = channel.subchannel(Note.class)) {
            sender.send(new Parcels(1, memory, List.of()));
            assertThat(ask(peer, "receive 1")).isEqualTo("1");
            assertThat(ask(peer, "release")).isEqualTo("ok");
            assertThat(ask(peer, "fill 3")).isEqualTo("ok");
            long before = FaultPeer.descriptors(peer.pid());
            sender.send(new Parcels(2, memory, List.of(notes.sender())));
            notes.sender().close();
            assertThat(ask(peer, "receive 1")).startsWith("MessageException").contains("descriptors", "ulimit");
            assertThatThrownBy(() -> notes.receiver().receive(LONG)).isInstanceOf(DisconnectedException.class);
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            Deadline.awaitTrue("the sender is told of the lost message", () -> {
                try {
                    return sender.trySend(number(3)) && told.isDone();
                } catch (MessageException e) {
                    told.complete(e);
                    return true;
                }
            });
            assertThat(told.get(30, TimeUnit.SECONDS)).hasMessageContainingAll("not delivered", "descriptors");
            assertThat(FaultPeer.descriptors(peer.pid())).isEqualTo(before);
            assertThat(ask(peer, "fill -1")).isEqualTo("ok");
            sender.send(new Parcels(4, memory, List.of()));
            String answer = ask(peer, "receive 1");
            while (answer.equals("3")) {
                answer = ask(peer, "receive 1");
            }
            assertThat(answer).isEqualTo("4");
        } finally {
            memory.forEach(SharedMemory::close);
        }
    }

    @Test
    @DisplayName("C11: a sending process out of descriptors says so, sends nothing, and goes on afterwards")
    void aSenderOutOfDescriptors(Path directory) throws Exception {
        try (Channel channel = open(directory); PeerProcess peer = start(directory, FEW_DESCRIPTORS, "")) {
            SubReceiver<Parcels> receiver = receiverFrom(peer, channel);
            assertThat(ask(peer, "send 1 20")).isEqualTo("ok");
            assertThat(receiver.receive(LONG).orElseThrow().number()).isOne();
            assertThat(ask(peer, "fill 3")).isEqualTo("ok");
            assertThat(ask(peer, "send 2 20")).startsWith("OsException").contains("EMFILE");
            assertThat(ask(peer, "send 3 0")).isEqualTo("ok");
            assertThat(receiver.receive(LONG).orElseThrow().number()).isEqualTo(3);
            assertThat(ask(peer, "fill -1")).isEqualTo("ok");
            assertThat(ask(peer, "send 4 20")).isEqualTo("ok");
            Parcels got = receiver.receive(LONG).orElseThrow();
            assertThat(got.number()).isEqualTo(4);
            assertThat(got.memory()).hasSize(20);
            receiver.close();
        }
    }

    @Test
    @DisplayName("a channel that can't be opened for lack of descriptors says so, and does not ask for a dependency that is there")
    void openingWithoutDescriptors(Path directory) throws Exception {
        try (PeerProcess peer = start(directory, FEW_DESCRIPTORS, "")) {
            assertThat(ask(peer, "open")).isEqualTo("ok");
            for (int left = 0; left < 4; left++) {
                assertThat(ask(peer, "fill " + left)).isEqualTo("ok");
                assertThat(ask(peer, "open")).as("%d descriptors", left).isNotEqualTo("ok")
                        .doesNotContain("add the dependency");
                assertThat(ask(peer, "fill -1")).isEqualTo("ok");
            }
            assertThat(ask(peer, "open")).isEqualTo("ok");
        }
    }

    @Test
    @DisplayName("thousands of connections that say nothing leave descriptors for everybody else")
    void silentConnectionsAndFewDescriptors(Path root) throws Exception {
        List<String> limited = List.of("bash", "-c", "ulimit -n 512; exec \"$@\"", "bash");
        List<PacketSocket> silent = new ArrayList<>();
        try (Channel channel = open(root);
                PeerProcess peer = start(root, limited, "");
                Directory directory = Directory.open(root, 0700)) {
            String address = ServerName.parse(ask(peer, "serve")).address();
            for (int i = 0; i < 3_000; i++) {
                silent.add(connect(directory, address));
            }
            assertThat(FaultPeer.descriptors(peer.pid())).isLessThan(300);
            try (SubSender<Parcels> sender = channel.connect(ask(peer, "serve"), Parcels.class, LONG)) {
                sender.send(number(7));
                assertThat(ask(peer, "accept")).isEqualTo("7");
            }
        } finally {
            silent.forEach(PacketSocket::close);
        }
    }

    private static PacketSocket connect(Directory directory, String address) throws InterruptedException {
        CompletableFuture<PacketSocket> connected = new CompletableFuture<>();
        Deadline.awaitTrue("the socket has room for one more connection", () -> {
            try {
                return connected.complete(Objects.requireNonNull(PacketSocket.connect(directory, address)));
            } catch (UnresponsiveException _) {
                return false;
            }
        });
        return connected.join();
    }
}
