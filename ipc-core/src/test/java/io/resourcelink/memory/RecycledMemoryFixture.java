package io.resourcelink.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.mapping.RecycledRegion;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;

import static org.assertj.core.api.Assertions.assertThat;

/** Makes, sends and receives recycled memory, and checks that nothing is left of it. */
abstract class RecycledMemoryFixture {

    static final String OURS = "memfd:recycled-resourcelink";
    static final int SIZE = 100_000;

    @BeforeEach
    final void nothingIsKept() {
        Reclaimer.reclaimAllNow();
    }

    @AfterEach
    final void nothingIsLeft() throws IOException {
        Reclaimer.reclaimAllNow();
        assertThat(Descriptors.count(OURS)).as("descriptors left open").isZero();
        assertThat(Descriptors.countMappings(OURS)).as("mappings left").isZero();
    }

    static SharedMemory made(int size, long seed) {
        try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(size)) {
            builder.memory().copyFrom(MemorySegment.ofArray(content(size, seed)));
            return builder.build();
        }
    }

    static byte[] content(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void assertContent(SharedMemory memory, int size, long seed) {
        byte[] expected = content(size, seed);
        assertThat(memory.size()).isEqualTo(size);
        assertThat(memory.asSegment().mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
        assertThat(memory.toByteArray()).isEqualTo(expected);
    }

    /** A message on its way: a descriptor of the same description, as in a socket. */
    static OpenFile sent(SharedMemory memory) {
        return retained(memory, region -> Descriptors.duplicate(region.file()));
    }

    interface Use<T> {

        T of(Region region) throws IOException;
    }

    static <T> T retained(SharedMemory memory, Use<T> use) {
        Region region = memory.region();
        region.retain();
        try {
            region.seal();
            return use.of(region);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            region.release();
        }
    }

    static SharedMemory received(OpenFile file, long size) {
        return Region.DOOR.outside(RecycledRegion.received(file, size), SharedMemory.class);
    }

    static Object inode(SharedMemory memory) {
        return retained(memory, region -> Files.getAttribute(Descriptors.path(region.file()), "unix:ino"));
    }

    /** Makes so many regions at the same time that they need the file if it is free. */
    static boolean isUsedAgain(Object file) {
        List<SharedMemory> others = new ArrayList<>();
        for (long kept = Descriptors.count(OURS); kept >= 0; kept--) {
            others.add(made(SIZE, 9));
        }
        try {
            return others.stream().anyMatch(other -> inode(other).equals(file));
        } finally {
            others.forEach(SharedMemory::close);
            Reclaimer.reclaimNow();
        }
    }
}
