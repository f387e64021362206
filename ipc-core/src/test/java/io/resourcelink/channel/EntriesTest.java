package io.resourcelink.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The directory of a destination that several serve, and what others may put there. */
@Tag("slow")
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(120)
@SuppressWarnings("try") // What is closed early is closed once more.
class EntriesTest {

    private static final MessageType<Integer> NUMBERS = MessageType.of(Integer.class);

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    private static byte[] image(long nonce, int kind, String address) {
        ByteBuffer image = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        image.put("IPCE".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) kind).putShort((short) 0)
                .putLong(nonce).put(address.getBytes(StandardCharsets.US_ASCII)).putLong(7);
        return image.array();
    }

    private static String name(long nonce) {
        return String.format("%016x", nonce);
    }

    @Test
    void anEntryHasItsNonceAndItsAddressWhereTheFormatSays(Path directory) throws IOException {
        try (Channel channel = open(directory);
                NamedServer<Integer> _ = channel.subscribe("news", NUMBERS,
                        SubscribeOptions.DEFAULT.dropping(true));
                Stream<Path> files = Files.list(directory.resolve("@news"))) {
            Path file = files.findFirst().orElseThrow();
            ByteBuffer image = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(image.capacity()).isEqualTo(40);
            assertThat(new String(image.array(), 0, 4, StandardCharsets.US_ASCII)).isEqualTo("IPCE");
            assertThat(image.get(4)).as("version").isEqualTo((byte) 1);
            assertThat(image.get(5)).as("kind").isEqualTo((byte) 2);
            assertThat(image.getShort(6)).as("flags").isEqualTo((short) 1);
            assertThat(name(image.getLong(8))).as("nonce").isEqualTo(file.getFileName().toString());
            assertThat(directory.resolve(new String(image.array(), 16, 16, StandardCharsets.US_ASCII))).exists();
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** Out of memory, and a lock that another process has: 12 and 11, errno(3). */
    @ParameterizedTest
    @CsvSource({ "statx, 12, 3", "fcntl, 11, 1" })
    void whateverFailsWhileAnEntryIsMadeNoneIsLeftThatLooksAlive(String function, int errno, int least,
            Path directory) {
        try (Channel here = open(directory); Channel there = open(directory)) {
            int nth = 1;
            while (meetsFailure(here, function, nth, errno)) {
                there.serve("work", NUMBERS).close();
                nth++;
            }
            assertThat(nth).as("calls that can fail").isGreaterThan(least);
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** Serves while one call fails, and says whether there was such a call. */
    private static boolean meetsFailure(Channel channel, String function, int nth, int errno) {
        try (SystemCalls calls = SystemCalls.failing(function, nth, errno, Thread.currentThread()::equals)) {
            try (NamedServer<Integer> _ = channel.serveCompeting("work", NUMBERS, Credits.DEFAULT)) {
                return calls.count(function) >= nth;
            } catch (IpcException _) {
                return true;
            }
        }
    }

    @Test
    void whatIsNoEntryIsLeftAlone(Path directory) throws Exception {
        Path hostile = directory.resolve("@work");
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<Integer> server = here.serveCompeting("work", NUMBERS, Credits.DEFAULT)) {
            Files.createSymbolicLink(hostile.resolve(name(1)), Path.of("/etc/passwd"));
            Files.createDirectory(hostile.resolve(name(2)));
            Files.write(hostile.resolve(name(3)), new byte[40]);
            Files.write(hostile.resolve(name(4)), new byte[3]);
            Files.write(hostile.resolve(name(5)), image(6, 1, "0123456789abcdef"));
            Files.write(hostile.resolve(name(7)), image(7, 3, "0123456789abcdef"));
            Files.write(hostile.resolve(name(8)), image(8, 1, "../../etc/passwd"));
            Files.write(hostile.resolve("garbage"), image(9, 1, "0123456789abcdef"));
            assertThat(new ProcessBuilder("mkfifo", hostile.resolve(name(10)).toString()).start().waitFor()).isZero();
            byte[] random = new byte[40];
            for (int i = 100; i < 300; i++) {
                ThreadLocalRandom.current().nextBytes(random);
                Files.write(hostile.resolve(name(i)), random);
            }
            try (SubSender<Integer> sender = there.connect("work", NUMBERS)) {
                sender.send(1);
                assertThat(server.receiver().receive()).isEqualTo(1);
            }
            assertThat(ChannelInfo.list(directory)).filteredOn(each -> "work".equals(each.destination()))
                    .filteredOn(ChannelInfo::alive).hasSize(1);
        }
        open(directory).close();
        try (Stream<Path> left = Files.list(hostile)) {
            assertThat(left).hasSize(209);
        }
        try (Stream<Path> left = Files.walk(hostile)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void aDeadEntryIsNotConnectedToAndIsRemovedByTheNextThatServes(Path directory) throws Exception {
        Path entries = directory.resolve("@work");
        try (Channel here = open(directory); Channel there = open(directory)) {
            Files.createDirectory(entries);
            Files.write(entries.resolve(name(1)), image(1, 2, "0123456789abcdef"));
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> there.connect("work", NUMBERS));
            assertThat(there.isKnown("work")).isTrue();
            try (NamedServer<Integer> _ = here.serveCompeting("work", NUMBERS, Credits.DEFAULT);
                    Stream<Path> files = Files.list(entries)) {
                assertThat(files).hasSize(1).doesNotContain(entries.resolve(name(1)));
            }
            Files.createDirectory(entries);
            Files.write(entries.resolve(name(1)), image(1, 2, "0123456789abcdef"));
            try (NamedServer<Integer> _ = here.serve("work", NUMBERS)) {
                assertThat(entries).isSymbolicLink();
            }
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void entriesOfUsersWhoAreNotTrustedAreNotBelieved(Path directory) throws Exception {
        assumeThat(System.getProperty("user.name")).as("only root gives files away").isEqualTo("root");
        try (Channel here = open(directory);
                Channel there = open(directory);
                NamedServer<Integer> _ = here.serveCompeting("work", NUMBERS, Credits.DEFAULT)) {
            Path file;
            try (Stream<Path> files = Files.list(directory.resolve("@work"))) {
                file = files.findFirst().orElseThrow();
            }
            Files.setAttribute(file, "unix:uid", 65534);
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> there.connect("work", NUMBERS));
            Files.setAttribute(file, "unix:uid", 0);
            Files.setAttribute(file.getParent(), "unix:uid", 65534);
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(() -> there.connect("work", NUMBERS));
            Files.setAttribute(file.getParent(), "unix:uid", 0);
            there.connect("work", NUMBERS).close();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anotherFileUnderTheNameIsNotRemoved(Path directory) throws Exception {
        Path file;
        try (Channel here = open(directory);
                NamedServer<Integer> _ = here.serveCompeting("work", NUMBERS, Credits.DEFAULT)) {
            try (Stream<Path> files = Files.list(directory.resolve("@work"))) {
                file = files.findFirst().orElseThrow();
            }
            byte[] image = Files.readAllBytes(file);
            Files.move(file, directory.resolve("@work/moved"));
            Files.write(file, image);
        }
        assertThat(file).exists();
        Files.delete(directory.resolve("@work/moved"));
        open(directory).close();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void subscribersComeAndGoUnderLoad(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel there = open(directory);
                Publisher<Integer> publisher = here.publisher("news", NUMBERS);
                NamedServer<Integer> steady = there.subscribe("news", NUMBERS, SubscribeOptions.DEFAULT)) {
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Integer> published = CompletableFuture.supplyAsync(() -> publish(publisher, over),
                    Thread::startVirtualThread);
            CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> receiveAll(steady),
                    Thread::startVirtualThread);
            for (int i = 0; i < 1000; i++) {
                try (NamedServer<Integer> subscriber = there.subscribe("news", NUMBERS,
                        SubscribeOptions.DEFAULT.dropping(i % 2 == 0))) {
                    int first = subscriber.receiver().receive();
                    assertThat(subscriber.receiver().receive()).isEqualTo(first + 1);
                }
            }
            over.set(true);
            int last = published.join();
            assertThat(steady.drain(Duration.ofSeconds(20)).isComplete()).isTrue();
            assertThat(received.join()).isEqualTo(last);
            assertThat(steady.receiver().missed()).isZero();
        }
        assertThat(directory).isEmptyDirectory();
    }

    private static int publish(Publisher<Integer> publisher, AtomicBoolean over) {
        try {
            int number = 0;
            while (!over.get()) {
                publisher.publish(++number, SendOptions.DEFAULT.timeout(Duration.ofSeconds(20)));
            }
            return number;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Receives numbers that follow each other, and returns the last one. */
    private static int receiveAll(NamedServer<Integer> server) {
        int last = 0;
        try {
            for (;;) {
                int next = server.receiver().receive();
                if (next != last + 1) {
                    throw new AssertionError(next + " after " + last);
                }
                last = next;
            }
        } catch (DisconnectedException | IllegalStateException _) {
            return last;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aHundredDestinationsHaveEightSubscribersEach(Path directory) throws Exception {
        try (Channel here = open(directory); Channel there = open(directory)) {
            List<AutoCloseable> opened = new ArrayList<>();
            List<NamedServer<Integer>> servers = new ArrayList<>();
            List<Publisher<Integer>> publishers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                publishers.add(here.publisher("news-" + i, NUMBERS));
                for (int j = 0; j < 8; j++) {
                    servers.add(there.subscribe("news-" + i, NUMBERS, SubscribeOptions.DEFAULT));
                }
            }
            opened.addAll(publishers);
            opened.addAll(servers);
            assertThat(ChannelInfo.list(directory)).filteredOn(each -> each.kind() == DestinationKind.TOPIC)
                    .hasSize(800);
            for (int round = 0; round < 10; round++) {
                for (Publisher<Integer> publisher : publishers) {
                    assertThat(publisher.publish(round)).isEqualTo(new PublishResult(8, 0));
                }
            }
            for (NamedServer<Integer> server : servers) {
                for (int round = 0; round < 10; round++) {
                    assertThat(server.receiver().receive()).isEqualTo(round);
                }
            }
            for (AutoCloseable each : opened) {
                each.close();
            }
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theDirectoryMayBeRemovedMeanwhile(Path directory) throws Exception {
        Path channels = directory.resolve("channels");
        try (Channel here = open(channels);
                Channel there = open(channels);
                Publisher<Integer> publisher = here.publisher("news", NUMBERS);
                NamedServer<Integer> subscriber = there.subscribe("news", NUMBERS, SubscribeOptions.DEFAULT)) {
            publisher.publish(1);
            try (Stream<Path> files = Files.walk(channels)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            assertThat(publisher.publish(2).reached()).isEqualTo(1);
            Deadline.awaitTrue("the name is there again",
                    () -> Files.exists(channels.resolve("@news")) && subscriber.isReachable());
            try (Channel third = open(channels); Publisher<Integer> other = third.publisher("news", NUMBERS)) {
                assertThat(other.publish(3).reached()).isEqualTo(1);
            }
            assertThat(publisher.publish(4).reached()).isEqualTo(1);
            for (int i = 1; i <= 4; i++) {
                assertThat(subscriber.receiver().receive()).isEqualTo(i);
            }
        }
        assertThat(channels).isEmptyDirectory();
        Files.delete(channels);
    }
}
