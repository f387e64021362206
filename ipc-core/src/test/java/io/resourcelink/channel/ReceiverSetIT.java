package io.resourcelink.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.ReceiverSet.Event;

import static org.assertj.core.api.Assertions.assertThat;

/** A set in a process that is stopped and goes on. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReceiverSetIT {

    private static final int MEMBERS = 5;
    private static final int MESSAGES = 100;

    /** The other process: selects until all members are closed, and says what it was that came wrong. */
    static final class Selecting {

        private Selecting() {}

        public static void main(String[] arguments) throws Exception {
            try (Channel channel = Channel.builder().directory(Path.of(arguments[0])).open();
                    ReceiverSet set = new ReceiverSet()) {
                List<OneShotServer<byte[]>> servers = new ArrayList<>();
                for (int i = 0; i < MEMBERS; i++) {
                    servers.add(channel.oneShotServer(byte[].class));
                    System.out.println(servers.getLast().name());
                }
                int[] next = new int[MEMBERS + 1];
                for (OneShotServer<byte[]> server : servers) {
                    next[(int) set.add(server.accept().receiver())] = 0;
                }
                System.out.println("selecting");
                while (set.size() > 0) {
                    Event event = set.select();
                    int member = (int) event.member();
                    if (event.failure() != null) {
                        throw event.failure();
                    }
                    if (event.isClosed()) {
                        System.out.println("closed after " + next[member]);
                        continue;
                    }
                    int number = next[member]++;
                    if (!Arrays.equals((byte[]) event.message(), message(number))) {
                        System.out.println("Message " + number + " of " + member + " is another.");
                    }
                }
            }
        }
    }

    /** From nothing to 99 KB, which is less and more than a packet takes. */
    private static byte[] message(int number) {
        byte[] message = new byte[number * 1000];
        Arrays.fill(message, (byte) number);
        return message;
    }

    @Test
    @DisplayName("116: a set survives that its process is stopped; all messages come in order, then the ends")
    void aSetSurvivesThatItsProcessIsStopped(Path directory) throws Exception {
        try (Channel channel = Channel.builder().directory(directory).open();
                PeerProcess peer = PeerProcess.start(Selecting.class, List.of(), directory.toString())) {
            List<SubSender<byte[]>> senders = new ArrayList<>();
            for (int i = 0; i < MEMBERS; i++) {
                senders.add(channel.connect(peer.readLine(), byte[].class));
                senders.getLast().send(new byte[0]);
            }
            peer.expect("selecting");
            for (int number = 0; number < MESSAGES; number++) {
                byte[] message = message(number);
                if (number % 20 == 10) {
                    signal(peer, "STOP", true);
                    FutureTask<Boolean> sending = new FutureTask<>(() -> sendToAll(senders, message));
                    Thread thread = Thread.ofPlatform().daemon().start(sending);
                    // If the process had read little before, the socket is full, and sending waits until it goes on.
                    Deadline.awaitTrue("the thread waits or has sent everything",
                            () -> sending.isDone() || thread.getState() == Thread.State.TIMED_WAITING
                                    || thread.getState() == Thread.State.WAITING);
                    signal(peer, "CONT", false);
                    assertThat(sending.get(60, TimeUnit.SECONDS)).isTrue();
                } else {
                    sendToAll(senders, message);
                }
            }
            senders.forEach(SubSender::close);
            for (int i = 0; i < MEMBERS; i++) {
                peer.expect("closed after " + MESSAGES);
            }
            assertThat(peer.waitFor()).isZero();
        }
    }

    private static boolean sendToAll(List<SubSender<byte[]>> senders, byte[] message) throws InterruptedException {
        for (SubSender<byte[]> sender : senders) {
            sender.send(message);
        }
        return true;
    }

    private static void signal(PeerProcess peer, String signal, boolean stopped) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(peer.pid())).start().waitFor()).isZero();
        Path status = Path.of("/proc/" + peer.pid() + "/stat");
        while (Files.readString(status).contains(") T ") != stopped) {
            Thread.onSpinWait();
        }
    }
}
