package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The faults of docs/behaviours.md, by their numbers. */
@ExtendWith(SharedMemoryDirectory.class)
class LinkFaultsIT {

    private ResourceLinkFactory factory;
    private Path directory;

    @BeforeEach
    void build(Path directory) {
        this.directory = directory;
        factory = ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(directory.resolve("disk"))
                .build();
    }

    @AfterEach
    void close() throws IOException {
        factory.close();
        Files.deleteIfExists(directory.resolve("disk"));
    }

    @Test
    @DisplayName("L1 a killed holder's references are forgotten, and its key is free")
    void killedHolders() throws Exception {
        try (PeerProcess killed = PeerProcess.start(directory)) {
            killed.ask("create key 10");
            killed.ask("create other 10");
            killed.ask("acquire key");
            assertThat(factory.info("key").orElseThrow().refcount()).isEqualTo(2);
            killed.kill();
        }
        assertThat(factory.info("key").orElseThrow().refcount()).isZero();
        try (ResourceLink again = factory.create("key", 20)) {
            assertThat(again.refcount()).isOne();
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).extracting(Collected::key)
                    .containsExactly("other");
        }
    }

    @Test
    @DisplayName("L2 an owner's release takes nothing from consumers, nor from a newer segment of that name")
    void ownersRelease() throws Exception {
        try (PeerProcess owner = PeerProcess.start(directory)) {
            owner.ask("create key 10");
            ResourceLink consumer = factory.acquire("key");
            owner.ask("release key");
            assertThat(factory.info("key").orElseThrow().refcount()).isOne();
            consumer.close();

            owner.ask("create key 10");
            factory.remove("key");
            try (ResourceLink newer = factory.create("key", 30)) {
                owner.ask("release key");
                assertThat(factory.info("key").orElseThrow().payloadSize()).isEqualTo(newer.payloadSize());
            }
        }
    }

    @Test
    @DisplayName("L3 a consumer that is last removes the name of a crashed owner's segment")
    void consumerUnlinks() throws Exception {
        try (PeerProcess owner = PeerProcess.start(directory)) {
            owner.ask("create key 10");
            ResourceLink consumer = factory.acquire("key");
            owner.kill();
            consumer.close();
        }
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    @DisplayName("L4 every process sees the time to live, to the millisecond")
    void ttlIsShared() {
        CreateOptions options = CreateOptions.defaults().withTtl(Duration.ofMillis(12_345));
        try (ResourceLinkFactory other = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink _ = factory.create("key", 1, options);
                ResourceLink acquired = other.acquire("key")) {
            assertThat(acquired.ttl()).isEqualTo(Duration.ofMillis(12_345));
            assertThat(other.info("key").orElseThrow().ttl()).isEqualTo(Duration.ofMillis(12_345));
        }
    }

    @Test
    @DisplayName("L5 a mapped file is on disk and outlives its processes")
    void mappedFileIsAFile() throws IOException {
        CreateOptions kept = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE).withKeep(true);
        try (ResourceLink link = factory.create("key", 3, kept)) {
            link.writePayload(new byte[]{ 1, 2, 3 });
        }
        factory.close();
        assertThat(Files.readAllBytes(directory.resolve("disk/key"))).hasSize(67).endsWith(1, 2, 3);
        build(directory);
        try (ResourceLink link = factory.acquire("key", ResourceKind.MAPPED_FILE)) {
            assertThat(link.readPayload(0, 3)).containsExactly(1, 2, 3);
        }
        factory.remove("key", ResourceKind.MAPPED_FILE);
    }

    @Test
    @DisplayName("L6 a segment has storage for every byte before anybody can write to it")
    void spaceIsReserved() throws Exception {
        try (ResourceLink _ = factory.create("key", 8 << 20)) {
            assertThat(Files.getAttribute(directory.resolve("key"), "unix:size")).isEqualTo((8L << 20) + 64);
            assertThat(allocated(directory.resolve("key"))).isGreaterThanOrEqualTo(8L << 20);
        }
        assertThatExceptionOfType(OutOfSpaceException.class)
                .isThrownBy(() -> factory.create("key", factory.capacity().total()));
        assertThat(factory.list()).isEmpty();
    }

    /** Storage that the kernel counts for a file, in bytes: other processes use the file system, too. */
    private static long allocated(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "--format=%b", file.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertThat(stat.waitFor()).isZero();
        return Long.parseLong(blocks) * 512;
    }

    @Test
    @DisplayName("L7 no size wraps around, and no offset leaves the payload")
    void exactArithmetic() {
        for (long size : new long[]{ Long.MAX_VALUE, Long.MAX_VALUE - 63, (1L << 62) + 1 }) {
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> factory.create("key", size));
        }
        try (ResourceLink link = factory.create("key", 100)) {
            for (long offset : new long[]{ Long.MAX_VALUE, Long.MIN_VALUE, -1, 101 }) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> link.readPayload(offset, 1));
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> link.writePayload(offset, new byte[1]));
            }
        }
    }

    @Test
    @DisplayName("L8 short, lying and random headers are typed errors, and such files are left alone")
    void headersAreValidated() throws IOException {
        byte[] valid;
        try (ResourceLink _ = factory.create("template", 100)) {
            valid = Files.readAllBytes(directory.resolve("template"));
        }
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = Arrays.copyOf(valid, switch (round % 4) {
                case 0 -> random.nextInt(64);
                case 1 -> 64 + random.nextInt(300);
                default -> valid.length;
            });
            if (round % 4 == 3) {
                random.nextBytes(bytes);
            } else if (bytes.length > 0) {
                bytes[random.nextInt(Math.min(bytes.length, 64))] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = directory.resolve("odd");
            Files.write(file, bytes);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            try (ResourceLink link = factory.acquire("odd")) {
                assertThat(link.size()).isEqualTo(bytes.length);
                assertThat(link.info().age()).isGreaterThanOrEqualTo(Duration.ZERO);
                link.readPayload(0, (int) link.payloadSize());
            } catch (InvalidSegmentException e) {
                refused++;
                assertThat(e).hasMessageContaining("odd").hasMessageContaining("expected");
                assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
                assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
            }
            Files.deleteIfExists(file);
        }
        assertThat(refused).isGreaterThan(1000);
    }

    @Test
    @DisplayName("L9 whoever sees a key sees a complete segment")
    void nothingHalfMadeIsSeen() throws Exception {
        try (PeerProcess creator = PeerProcess.start(directory)) {
            Thread creating = Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 300; round++) {
                    if (creator.ask("create key 100000").equals("ok")) {
                        creator.ask("release key");
                    }
                }
            });
            while (creating.isAlive()) {
                factory.tryAcquire("key").ifPresent(link -> {
                    assertThat(link.payloadSize()).isEqualTo(100_000);
                    assertThat(link.refcount()).isPositive();
                    link.close();
                });
            }
            creating.join();
        }
        factory.collectOrphans(Duration.ZERO);
        assertThat(factory.list()).isEmpty();
    }

    @Test
    @DisplayName("L10 a creator that is killed half-way leaves nothing")
    void killedCreators() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (PeerProcess creator = PeerProcess.start(directory)) {
                Thread asking = Thread.ofPlatform().start(() -> {
                    try {
                        creator.ask("create key 60000000");
                    } catch (UncheckedIOException _) {
                        // Killed before it could answer, which is the point.
                    }
                });
                creator.kill();
                asking.join();
            }
            factory.collectOrphans(Duration.ZERO);
            assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
        }
    }

    @Test
    @DisplayName("L11 a collection reads what is its own, leaves the rest alone and reports what it removed")
    void collectionIsCareful() throws Exception {
        CreateOptions brief = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMillis(1));
        for (int segment = 0; segment < 3; segment++) {
            factory.create("dead-" + segment, 10, brief).close();
        }
        Path sparse = directory.resolve("sparse");
        try (FileChannel file = FileChannel.open(sparse, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[1]), 1L << 30);
        }
        long allocated = allocated(sparse);
        OrphanReport report = factory.collectOrphans(Duration.ZERO);
        while (report.skipped().stream().anyMatch(skipped -> skipped.cause() == Cause.KEPT)) {
            report = factory.collectOrphans(Duration.ZERO);
        }
        assertThat(report.skipped()).extracting(Skipped::key).containsExactly("sparse");
        assertThat(allocated(sparse)).as("storage of the sparse file").isEqualTo(allocated);
        assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
        assertThat(SharedMemoryDirectory.files(directory)).containsExactly("sparse");
        Files.delete(sparse);
    }

    @Test
    @DisplayName("L12 no value of the header's count makes a held segment collectable")
    void countDecidesNothing() {
        try (ResourceLink link = factory.create("key", 10)) {
            MemorySegment count = MemorySegment.ofArray(new int[1]);
            for (int lie : new int[]{ 0, -1, Integer.MIN_VALUE, 1 }) {
                count.set(ValueLayout.JAVA_INT, 0, lie);
                writeHeader(4, count.toArray(ValueLayout.JAVA_BYTE));
                assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
                assertThat(link.refcount()).isOne();
            }
        }
        assertThat(factory.list()).isEmpty();
    }

    private void writeHeader(long offset, byte[] bytes) {
        try (FileChannel file = FileChannel.open(directory.resolve("key"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("L13 a truncated file is a typed error in a JVM that lives, and can be let go of")
    void truncationIsSurvived() throws Exception {
        try (PeerProcess victim = PeerProcess.start(directory)) {
            assertThat(victim.ask("create key 1000000")).isEqualTo("ok");
            try (FileChannel file = FileChannel.open(directory.resolve("key"), StandardOpenOption.WRITE)) {
                file.truncate(100);
            }
            assertThat(victim.ask("read key 500000")).startsWith("InvalidSegmentException").contains("truncated");
            assertThat(victim.ask("release key")).isEqualTo("ok");
            assertThat(victim.ask("create key 10")).isEqualTo("ok");
        }
    }

    @Test
    @DisplayName("L14 what is published is complete when it is seen, and never written again")
    void publishedIsComplete() throws Exception {
        try (ResourceLink link = factory.publish("key", Content.filling(1000, payload -> {
            payload.fill((byte) 7);
            assertThat(factory.info("key")).isEmpty();
        })); PeerProcess reader = PeerProcess.start(directory)) {
            assertThat(reader.ask("acquire key")).isEqualTo("ok");
            assertThat(reader.ask("read key 1000").chars()).containsOnly(7);
            assertThat(link.payload().isReadOnly()).isTrue();
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> link.writePayload(new byte[1]));
        }
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> factory.publish("key", Content.filling(10, _ -> {
            throw new IOException("The source ended.");
        })));
        assertThat(factory.list()).isEmpty();
    }

    @Test
    @DisplayName("L15 a sweep over 10,000 segments looks at each and maps none")
    void sweepsAreCheap() throws IOException {
        ResourceLink[] held = new ResourceLink[10_000];
        Arrays.setAll(held, segment -> factory.create("segment-" + segment, 0));
        try (ResourceLinkFactory sweeper = ResourceLinkFactory.builder().directory(directory).build()) {
            int mappings = SharedMemoryDirectory.mappings(directory).size();
            assertThat(sweeper.collectOrphans(Duration.ZERO).skipped()).hasSize(held.length)
                    .allMatch(skipped -> skipped.cause() == Cause.HELD);
            assertThat(SharedMemoryDirectory.mappings(directory)).hasSize(mappings);
            assertThat(sweeper.list()).hasSize(held.length);
        }
        assertThat(held).noneMatch(ResourceLink::isClosed);
    }
}
