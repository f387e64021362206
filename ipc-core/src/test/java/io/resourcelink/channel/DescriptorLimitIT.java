package io.resourcelink.channel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Scanner;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.OtherUser;
import io.resourcelink.PeerProcess;
import io.resourcelink.error.DescriptorLimitException;
import io.resourcelink.error.IpcException;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** A user without privileges has too many descriptors in sockets. The kernel counts them for all processes of the user. */
@Tag("slow")
@Timeout(120)
class DescriptorLimitIT {

    private static final OtherUser USER = new OtherUser(60_431, 60_431, List.of());
    private static final int OPEN_FILES = 256;

    @Test
    void publishersAreHeldAndThenToldTheLimit(@TempDir Path copies) throws Exception {
        assumeThat(System.getProperty("user.name")).as("who becomes another user").isEqualTo("root");
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-test-limit-");
        List<PeerProcess> peers = new ArrayList<>();
        try {
            Files.setAttribute(directory, "unix:uid", USER.user());
            Files.setAttribute(directory, "unix:gid", USER.group());
            open(copies);
            String classPath = OtherUser.readableClassPath(copies);
            PeerProcess subscriber = start(classPath, peers, "subscribe", directory);
            PeerProcess one = start(classPath, peers, "publish", directory);
            PeerProcess two = start(classPath, peers, "publish", directory);
            assertThat(one.ask("1 20000")).isEqualTo("reached 1 dropped 0");
            assertThat(two.ask("1 20000")).isEqualTo("reached 1 dropped 0");
            subscriber.suspend();
            assertThat(one.ask("200 20000")).isEqualTo("reached 200 dropped 0");
            String told = two.ask("200 300");
            System.out.println(told);
            assertThat(told).contains(DescriptorLimitException.class.getName()).contains("RLIMIT_NOFILE")
                    .contains("after 300 ms");
            subscriber.resume();
            assertThat(two.ask("1 20000")).isEqualTo("reached 1 dropped 0");
        } finally {
            peers.forEach(PeerProcess::close);
            remove(directory);
        }
    }

    private static void open(Path directory) throws IOException {
        for (Path path = directory; path != null && !path.equals(path.getRoot()); path = path.getParent()) {
            if (Files.getOwner(path).getName().equals("root") && path.startsWith("/tmp/")
                    && !path.equals(Path.of("/tmp"))) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private static PeerProcess start(String classPath, List<PeerProcess> peers, String role, Path directory)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("prlimit", "--nofile=" + OPEN_FILES + ":" + OPEN_FILES));
        command.addAll(USER.command(classPath, Limited.class.getName(), role, directory.toString()));
        PeerProcess peer = PeerProcess.start(command);
        peers.add(peer);
        peer.expect("ready");
        return peer;
    }

    private static void remove(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A subscriber, or a publisher that sends as many messages with a region each as it is told, each within so many milliseconds. */
    static final class Limited {

        private static final MessageType<SharedMemory> REGIONS = MessageType.of(SharedMemory.class);

        private Limited() {}

        public static void main(String[] arguments) throws Exception {
            Path channels = Path.of(arguments[1]).resolve("channels");
            try (Channel channel = Channel.builder().directory(channels).open()) {
                if (arguments[0].equals("subscribe")) {
                    subscribe(channel);
                } else {
                    publish(channel);
                }
            }
        }

        private static void subscribe(Channel channel) throws Exception {
            try (NamedServer<SharedMemory> server = channel.subscribe("regions", REGIONS,
                    SubscribeOptions.DEFAULT.credits(new Credits(1000, 1 << 30, 1000)))) {
                Thread receiving = Thread.ofPlatform().daemon().start(() -> {
                    try {
                        for (;;) {
                            server.receiver().receive().close();
                        }
                    } catch (IllegalStateException | InterruptedException | IpcException _) {
                        // The end.
                    }
                });
                System.out.println("ready");
                while (System.in.read() >= 0) {
                    // Until the end.
                }
                receiving.interrupt();
            }
        }

        private static void publish(Channel channel) throws Exception {
            try (Publisher<SharedMemory> publisher = channel.publisher("regions", REGIONS);
                    SharedMemory region = SharedMemory.fromBytes(new byte[100]);
                    var in = new Scanner(System.in, StandardCharsets.UTF_8)) {
                System.out.println("ready");
                while (in.hasNextInt()) {
                    System.out.println(publish(publisher, region, in.nextInt(), Duration.ofMillis(in.nextInt())));
                }
            }
        }

        private static String publish(Publisher<SharedMemory> publisher, SharedMemory region, int count,
                Duration timeout) throws InterruptedException {
            int reached = 0;
            int dropped = 0;
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                try {
                    PublishResult result = publisher.publish(region, SendOptions.DEFAULT.timeout(timeout));
                    reached += result.reached();
                    dropped += result.dropped();
                } catch (DescriptorLimitException e) {
                    return e + (System.nanoTime() - start >= timeout.toNanos()
                            ? " after " + timeout.toMillis() + " ms"
                            : "") + " at " + i;
                }
            }
            return "reached " + reached + " dropped " + dropped;
        }
    }
}
