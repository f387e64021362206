package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.segment.CreateOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that shortens the files of segments and lengthens them again, beside one that does everything else with them. An
 * access that the JVM does not expect to fail ends it, so what is asserted is that it lives, in every mode of execution, and
 * that all errors are typed.
 */
@ExtendWith(SharedMemoryDirectory.class)
class TruncationCampaignIT {

    private static final int SECONDS = Effort.of("ipc.campaign.seconds", 2, 20);
    private static final int RUNS = Integer.getInteger("ipc.campaign.runs", 1);

    @ParameterizedTest
    @ValueSource(strings = { "-Xint", "-XX:TieredStopAtLevel=1", "-XX:+TieredCompilation" })
    void aPeerThatTruncatesFilesEndsNobody(String mode, Path directory) throws Exception {
        for (int run = 0; run < RUNS; run++) {
            survive(mode, directory, "private");
            survive(mode, directory, "common");
        }
    }

    @Test
    void theTruncatingPeerIsNoticed(Path directory) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess peer = PeerProcess.start(Truncater.class, List.of(), directory.toString());
                ResourceLink link = factory.create("k0", 4096)) {
            peer.expect("truncating");
            Deadline.await(Duration.ofSeconds(30), () -> {
                try {
                    link.readPayload(0, 4096);
                    return false;
                } catch (IpcException _) {
                    return true;
                }
            });
            peer.kill();
        }
        clear(directory);
    }

    private static void survive(String mode, Path directory, String place) throws Exception {
        try (PeerProcess peer = PeerProcess.start(Truncater.class, List.of(), directory.toString())) {
            peer.expect("truncating");
            List<String> command = new ArrayList<>(PeerProcess.java(Everything.class));
            command.removeIf(option -> option.startsWith("-XX:Tiered") || option.equals("-XX:+UseSerialGC"));
            command.add(1, mode);
            command.addAll(List.of(directory.toString(), place, String.valueOf(SECONDS)));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.println(mode + ", " + place + ": " + output.strip().replace("\n", "\n    "));
            assertThat(process.waitFor()).as(output).isZero();
            peer.kill();
        }
        clear(directory);
    }

    private static void clear(Path directory) throws IOException {
        for (String file : SharedMemoryDirectory.files(directory)) {
            Files.deleteIfExists(directory.resolve(file));
        }
    }

    /** Shortens all files of a directory to nothing or to a page, and gives them their length back, without an end. */
    static final class Truncater {

        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            System.out.println("truncating");
            while (true) {
                for (Path file : files(directory)) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        long size = channel.size();
                        channel.truncate(ThreadLocalRandom.current().nextBoolean() ? 0 : Math.min(size, 4096));
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(200_000));
                        lengthen(channel, size);
                    } catch (NoSuchFileException _) {
                        // It was removed meanwhile.
                    }
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(200_000));
                }
            }
        }

        private static List<Path> files(Path directory) {
            try (Stream<Path> found = Files.walk(directory)) {
                return found.filter(Files::isRegularFile).toList();
            } catch (IOException | UncheckedIOException _) {
                return List.of();
            }
        }

        private static void lengthen(FileChannel channel, long size) throws IOException {
            if (size > 0) {
                channel.write(ByteBuffer.allocate(1), size - 1);
            }
        }
    }

    /** Does everything that can be done with segments, and ends with an error that is not typed. */
    static final class Everything {

        private static final int LONGS = 2560;

        /** At least, however slow the machine is: every operation some times. */
        private static final int ROUNDS = 110;

        private final ResourceLinkFactory factory;
        private final ResourceLinkFactory other;
        private final TreeMap<String, Integer> seen = new TreeMap<>();
        private final long[] content = new long[LONGS];
        private long sum;

        private Everything(ResourceLinkFactory factory, ResourceLinkFactory other) {
            this.factory = factory;
            this.other = other;
        }

        public static void main(String[] arguments) {
            long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[2])).toNanos();
            try (ResourceLinkFactory factory = factory(arguments); ResourceLinkFactory other = factory(arguments)) {
                Everything everything = new Everything(factory, other);
                int rounds = 0;
                for (; rounds < ROUNDS || System.nanoTime() < end; rounds++) {
                    everything.work(rounds);
                }
                System.out.println(rounds + " rounds, errors seen " + everything.seen);
            }
        }

        private static ResourceLinkFactory factory(String[] arguments) {
            ResourceLinkFactoryBuilder builder = ResourceLinkFactory.builder().directory(Path.of(arguments[0]));
            return (arguments[1].equals("common") ? builder.commonDirectory(Path.of(arguments[0])) : builder).build();
        }

        private void work(int round) {
            String key = "k" + ThreadLocalRandom.current().nextInt(4);
            switch (round % 11) {
                case 0 -> step("create", () -> create(key));
                case 1 -> step("acquire", () -> acquire(key));
                case 2 ->
                    step("publish", () -> factory.publish(key, Content.of(MemorySegment.ofArray(content))).close());
                case 3 -> step("fill",
                        () -> factory.publish(key, Content.overwriting(LONGS * Long.BYTES, Everything::fill)).close());
                case 4 -> step("copy", () -> copy(key));
                case 5 -> step("transit", () -> transit(key));
                case 6 -> step("list", factory::list);
                case 7 -> step("info", () -> factory.info(key));
                case 8 -> step("keep", this::keep);
                case 9 -> step("sweep", () -> other.collectOrphans(Duration.ZERO));
                default -> step("remove", () -> remove(key));
            }
        }

        private void step(String name, Runnable work) {
            try {
                work.run();
            } catch (IpcException e) {
                seen.merge(name + " " + e.getClass().getSimpleName(), 1, Integer::sum);
            }
        }

        /** What a truncation has left without a header is no segment any more, and is left alone. */
        private void remove(String key) {
            try {
                factory.remove(key);
            } catch (InvalidSegmentException e) {
                try {
                    Files.deleteIfExists(factory.directory().resolve(key));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
                throw e;
            }
        }

        private void keep() {
            CreateOptions kept = CreateOptions.defaults().withTtl(Duration.ofMillis(1)).withKeep(true);
            factory.create("kept", 8, kept).close();
            remove("kept");
        }

        /** What users read and write themselves may fail with what the JVM throws, and ends nothing else. */
        private void touch(Runnable access) {
            try {
                access.run();
                Platform.surfaceFaults();
            } catch (InternalError _) {
                seen.merge("payload InternalError", 1, Integer::sum);
            }
        }

        private void create(String key) {
            try (ResourceLink link = factory.create(key, 4096)) {
                for (int count = 0; count < 50; count++) {
                    link.retain().close();
                }
                step("write", () -> link.writePayload(4000, new byte[96]));
                step("read", () -> link.readPayload(0, 4096));
                step("renew", link::renew);
                step("age", link::age);
                step("link info", link::info);
                step("second", () -> other.acquire(key).close());
                touch(() -> link.payload().setAtIndex(ValueLayout.JAVA_LONG, 500, 1));
                touch(() -> sum += sum(link.payload()));
            }
        }

        private void acquire(String key) {
            try (ResourceLink link = factory.publish(key, Content.of(MemorySegment.ofArray(content)));
                    ResourceLink seen = other.acquire(key)) {
                step("published read", () -> seen.readPayload(0, LONGS * Long.BYTES));
                step("count", link::refcount);
                touch(() -> sum += sum(seen.payload()));
                touch(() -> MemorySegment.copy(seen.payload(), ValueLayout.JAVA_LONG, 0, content, 0, LONGS));
            }
        }

        private void copy(String key) {
            try (ResourceLink link = factory.create(key + "-source", LONGS * Long.BYTES);
                    ResourceLink copy = factory.publish(key, Content.of(link.payload()))) {
                step("copied", () -> copy.readPayload(0, 8));
            }
        }

        private void transit(String key) {
            try (ResourceLink link = factory.create(key, 4096);
                    ResourceLink passed = Transits.received(other, key, link.kind(),
                            Transits.of(link).file()).accept()) {
                step("passed", () -> passed.readPayload(0, 8));
            }
        }

        private static void fill(MemorySegment payload) {
            for (int at = 0; at < LONGS; at++) {
                payload.setAtIndex(ValueLayout.JAVA_LONG, at, at);
            }
        }

        private static long sum(MemorySegment payload) {
            long sum = 0;
            for (long at = 0; at < payload.byteSize() / Long.BYTES; at++) {
                sum += payload.getAtIndex(ValueLayout.JAVA_LONG, at);
            }
            return sum;
        }
    }
}
