package io.resourcelink.internal.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;

import io.resourcelink.error.OsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whether every call that the library makes can be counted and made to fail. */
class SystemCallsTest {

    @Test
    void everyFunctionPasses() {
        try (SystemCalls _ = SystemCalls.counting()) {
            assertThat(Libc.linked()).hasSizeGreaterThan(40).allMatch(SystemCalls::isGuarded);
        }
        assertThat(SystemCalls.functions()).contains("openat", "fcntl", "epoll_wait", "sendmsg", "geteuid");
    }

    @Test
    void callsAreCounted() {
        try (SystemCalls calls = SystemCalls.counting(currentThread()); CallFrame frame = new CallFrame()) {
            Libc.clock_gettime(frame, Libc.CLOCK_BOOTTIME);
            Libc.clock_gettime(frame, Libc.CLOCK_BOOTTIME);
            Libc.geteuid();

            assertThat(calls.counts()).isEqualTo(Map.of("clock_gettime", 2, "geteuid", 1));
            assertThat(calls.count("statx")).isZero();
        }
    }

    @Test
    void oneCallFailsAndDoesNotReachTheKernel() {
        try (SystemCalls _ = SystemCalls.failing("memfd_create", 2, Errno.EMFILE, currentThread());
                CallFrame frame = new CallFrame()) {
            MemoryFile.create(frame, "one").close();
            assertThatThrownBy(() -> MemoryFile.create(frame, "two")).isInstanceOf(OsException.class)
                    .hasMessageContaining("EMFILE");
            MemoryFile.create(frame, "three").close();
        }
    }

    @Test
    void functionThatAnswersLongFailsAsWell() {
        try (SystemCalls _ = SystemCalls.failing("pread", 1, Errno.ENOMEM, currentThread());
                CallFrame frame = new CallFrame();
                OpenFile file = MemoryFile.create(frame, "memory")) {
            assertThatThrownBy(() -> file.read(frame, frame.buffer(), 0)).isInstanceOf(OsException.class)
                    .hasMessageContaining("ENOMEM");
            assertThat(file.read(frame, frame.buffer(), 0)).isZero();
        }
    }

    @Test
    void companionIsAskedBeforeAndToldAfterAndItsOwnCallsDoNotCount() {
        List<String> steps = new ArrayList<>();
        SystemCalls.Companion companion = new SystemCalls.Companion() {
            @Override
            public int before(String function, int nth) {
                steps.add("before " + function + " " + nth);
                return Libc.geteuid() < 0 ? Errno.EPERM : 0;
            }

            @Override
            public void after(String function, int nth) {
                steps.add("after " + function + " " + nth);
            }
        };
        try (SystemCalls calls = SystemCalls.accompanied(companion, currentThread())) {
            Libc.geteuid();
            Libc.geteuid();
            assertThat(calls.counts()).isEqualTo(Map.of("geteuid", 2));
        }
        assertThat(steps).containsExactly("before geteuid 1", "after geteuid 1", "before geteuid 2", "after geteuid 2");
    }

    @Test
    void whatIsClosedLooksNoMore() {
        SystemCalls calls = SystemCalls.counting();
        calls.close();
        Libc.geteuid();
        assertThat(calls.counts()).doesNotContainKey("geteuid");
    }

    @Test
    void namesOfOtherFunctionsAreRefused() {
        assertThatThrownBy(() -> SystemCalls.failing("open", 1, Errno.EPERM))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"open\"");
    }

    private static Predicate<Thread> currentThread() {
        return Thread.currentThread()::equals;
    }
}
