package io.resourcelink;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/** How many system calls each single operation takes. They are promises: more of them is a fault, fewer is news. */
@ExtendWith(SharedMemoryDirectory.class)
class SingleOperationsTest {

    @Test
    void eachTakesItsSystemCallsAndNoOther(Path directory) {
        Map<String, String> taken = new LinkedHashMap<>();
        try (SingleOperations operations = new SingleOperations(directory)) {
            operations.all().forEach((name, operation) -> {
                operation.calls();
                taken.put(name, operation.calls().toString());
            });
        }
        assertThat(taken).isEqualTo(expected());
    }

    private static Map<String, String> expected() {
        Map<String, String> calls = new LinkedHashMap<>();
        calls.put("create",
                "{clock_gettime=1, fallocate=1, fcntl=1, fstatfs=1, linkat=1, madvise=1, mmap=1, openat=1, "
                        + "pwrite=1, statx=2}");
        calls.put("publish, fresh",
                "{clock_gettime=1, fcntl=1, fstatfs=1, linkat=1, madvise=1, mmap=1, openat=1, pwrite=2, "
                        + "statx=2}");
        calls.put("publish, recycled", "{clock_gettime=1, fcntl=1, renameat2=1, statx=1}");
        calls.put("acquire, cold", "{fcntl=1, madvise=1, mmap=1, openat=1, pread=1, statx=2}");
        calls.put("acquire, open here already", "{fcntl=1, statx=1}");
        calls.put("acquire, warm", "{fcntl=1, statx=2}");
        calls.put("link into a message", "{close=1, fcntl=1, openat=1, statx=1}");
        calls.put("link from a message, cold",
                "{close=1, fcntl=1, madvise=1, mmap=1, openat=1, pread=1, statx=4}");
        calls.put("link from a message, open here already", "{close=1, fcntl=1, statx=1}");
        calls.put("link from a message, warm", "{close=1, fcntl=1, statx=2}");
        calls.put("payload, the first time", "{}");
        calls.put("payload, the first time, recycled", "{fcntl=1}");
        calls.put("retain", "{fcntl=1}");
        calls.put("close, others hold it", "{fcntl=2}");
        calls.put("close, the last", "{clock_gettime=1, fcntl=3, pread=1, statx=1, unlinkat=1}");
        calls.put("close, by its producer", "{fcntl=3, renameat2=1, statx=1}");
        calls.put("info", "{clock_gettime=1, close=1, fcntl=3, openat=1, pread=1, statx=1}");
        calls.put("list of 10", "{clock_gettime=10, close=11, fcntl=30, getdents64=2, openat=11, pread=10, statx=11}");
        calls.put("renew", "{clock_gettime=1}");
        calls.put("send 100 bytes", "{sendmsg=1}");
        calls.put("send 64 KiB, in a region", "{close=1, fcntl=2, memfd_create=1, pwrite=1, sendmsg=1}");
        return calls;
    }
}
