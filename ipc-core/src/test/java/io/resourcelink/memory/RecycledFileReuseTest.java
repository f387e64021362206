package io.resourcelink.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.resourcelink.Deadline;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.OpenFile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** When the file of a recycled region is used again, and how many files are kept for that. */
class RecycledFileReuseTest extends RecycledMemoryFixture {

    @Test
    void aFileIsNotUsedAgainWhileAMessageOrAReceiverOrAThirdProcessHasIt() {
        SharedMemory memory = made(SIZE, 1);
        Object file = inode(memory);
        assertThat(isUsedAgain(file)).as("the maker has it").isFalse();
        OpenFile message = sent(memory);
        memory.close();
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).as("a message has it").isFalse();
        SharedMemory received = received(message, SIZE);
        assertThat(isUsedAgain(file)).as("a receiver has it").isFalse();
        OpenFile further = sent(received);
        received.close();
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).as("a second message has it").isFalse();
        try (SharedMemory third = received(further, SIZE)) {
            assertContent(third, SIZE, 1);
            assertThat(isUsedAgain(file)).as("a third process has it").isFalse();
        }
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).as("nobody has it").isTrue();
    }

    @Test
    void aFileOnWhichAPeerHasLockedAByteIsNotUsedAgain() throws IOException {
        Object file;
        OpenFile peer;
        try (SharedMemory memory = made(SIZE, 1)) {
            file = inode(memory);
            peer = retained(memory, region -> Descriptors.reopened(region.file()));
        }
        Reclaimer.reclaimNow();
        Descriptors.lock(peer, 1_000_000);
        assertThat(isUsedAgain(file)).isFalse();
        peer.close();
        assertThat(isUsedAgain(file)).isTrue();
    }

    @Test
    void aMessageThatIsBeingSentKeepsItsFileAfterTheLastHandle() {
        SharedMemory memory = made(SIZE, 1);
        Object file = inode(memory);
        Region region = memory.region();
        region.retain();
        memory.close();
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).isFalse();
        region.release();
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).isTrue();
    }

    @Test
    void aBuilderThatIsClosedGivesItsMemoryBack() {
        Object file;
        try (SharedMemory memory = made(SIZE, 1)) {
            file = inode(memory);
        }
        Reclaimer.reclaimNow();
        SharedMemory.Builder builder = SharedMemory.recycledBuilder(SIZE);
        MemorySegment late = builder.memory();
        assertThat(late.byteSize()).isEqualTo(SIZE);
        assertThat(isUsedAgain(file)).as("it is being filled").isFalse();
        builder.close();
        builder.close();
        assertThatIllegalStateException().isThrownBy(builder::memory);
        assertThatIllegalStateException().isThrownBy(builder::build);
        Deadline.awaitTrue("late accesses are exceptions", () -> !late.scope().isAlive());
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).isTrue();
    }

    @Test
    void whatIsKeptIsBounded() throws IOException {
        List<SharedMemory> open = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            SharedMemory memory = made(4096, i);
            open.add(memory);
            SharedMemory received = received(sent(memory), 4096);
            assertContent(received, 4096, i);
            open.add(received);
        }
        open.forEach(SharedMemory::close);
        Deadline.awaitTrue("at most 128 files", () -> Descriptors.count(OURS) <= 128);
        assertThat(Descriptors.count(OURS)).as("some are kept").isPositive();
        assertThat(Descriptors.countMappings(OURS)).isBetween(1L, 256L);
    }

    /** Whatever the order is in which regions and what is kept wait for the reclaimer. */
    @Test
    void nothingIsKeptOfMemoryThatIsNeeded() {
        for (int round = 0; round < 50; round++) {
            List<SharedMemory> open = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                SharedMemory memory = made(4096, i);
                memory.asSegment();
                open.add(memory);
            }
            open.forEach(SharedMemory::close);
            Reclaimer.reclaimAllNow();
            assertThat(Descriptors.open().values()).noneMatch(target -> target.contains(OURS));
        }
    }

    @Test
    void theBytesThatAreKeptAreBounded() throws IOException {
        long size = 48L << 20;
        List<SharedMemory> open = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(size)) {
                open.add(builder.build());
            }
        }
        open.forEach(SharedMemory::close);
        Deadline.awaitTrue("at most 256 MiB", () -> Descriptors.count(OURS) <= 5);
    }

    /** Small views that are opened at the same time share arenas, which end together. */
    @Test
    void aViewThatStaysOpenDoesNotKeepTheFilesOfOthers() {
        for (int i = 0; i < 8; i++) {
            try (SharedMemory memory = made(4096, i)) {
                memory.asSegment();
            }
        }
        List<SharedMemory> received = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            try (SharedMemory memory = made(4096, i)) {
                received.add(received(sent(memory), 4096));
                received.getLast().asSegment();
            }
        }
        try (SharedMemory open = received.removeFirst()) {
            received.forEach(SharedMemory::close);
            Deadline.awaitTrue("one description for each file, and one loan", () -> Descriptors.count(OURS) <= 38 + 1);
            assertContent(open, 4096, 0);
        }
    }
}
