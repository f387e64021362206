package io.resourcelink.memory;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;

/** Recycled memory on kernels that lack something, and when system calls fail. */
class RecycledMemoryFaultsTest extends RecycledMemoryFixture {

    @Test
    void aKernelThatCannotSealSoMakesOrdinaryMemory() throws IOException {
        // The seals of the size come first.
        try (SystemCalls _ = SystemCalls.failing("fcntl", 2, Errno.EINVAL, Thread.currentThread()::equals);
                SharedMemory memory = made(SIZE, 1)) {
            assertThat(memory.region().isRecycled()).isFalse();
            assertContent(memory, SIZE, 1);
        }
        // Without /proc.
        try (SystemCalls _ = SystemCalls.failing("openat", 1, Errno.ENOENT, Thread.currentThread()::equals);
                SharedMemory memory = made(SIZE, 1)) {
            assertThat(memory.region().isRecycled()).isFalse();
        }
    }

    @Test
    void aReceiverWithoutProcReadsAllTheSame() {
        Object file;
        try (SharedMemory memory = made(SIZE, 1)) {
            file = inode(memory);
            OpenFile message = sent(memory);
            try (SystemCalls _ = SystemCalls.failing("openat", 1, Errno.ENOENT, Thread.currentThread()::equals);
                    SharedMemory received = received(message, SIZE)) {
                assertContent(received, SIZE, 1);
            }
        }
        Reclaimer.reclaimNow();
        assertThat(isUsedAgain(file)).as("the mapping has not kept the loan").isTrue();
    }

    /** Each call of a life fails once. What is left is checked after each test. */
    @ParameterizedTest
    @ValueSource(strings = { "memfd_create", "fallocate", "mmap", "madvise", "fcntl", "openat", "statx", "fstatfs",
        "pread" })
    void aSystemCallThatFailsCostsAnOperationAndNoDescriptor(String function) throws IOException {
        int calls = 1;
        for (int nth = 1; nth <= calls; nth++) {
            try (SystemCalls failing = SystemCalls.failing(function, nth, Errno.ENOMEM,
                    Thread.currentThread()::equals)) {
                live();
                calls = Math.max(calls, failing.count(function));
            }
            Reclaimer.reclaimAllNow();
            assertThat(Descriptors.count(OURS)).as("descriptors after call %s", nth).isZero();
            assertThat(Descriptors.countMappings(OURS)).as("mappings after call %s", nth).isZero();
        }
    }

    private static void live() {
        for (int round = 0; round < 3; round++) {
            try (SharedMemory memory = made(SIZE, round); SharedMemory received = received(sent(memory), SIZE)) {
                assertContent(memory, SIZE, round);
                assertContent(received, SIZE, round);
            } catch (OsException e) {
                assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
            } catch (IpcException _) {
                // Out of space, or refused because the kernel did not say what it is.
            }
            Reclaimer.reclaimNow();
        }
    }
}
