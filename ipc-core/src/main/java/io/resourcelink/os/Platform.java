package io.resourcelink.os;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the library needs to know of the machine and the process it runs in. */
public final class Platform {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Platform() {}

    /**
     * Checks that this is a supported system and that native access is allowed, so that neither surfaces later on some
     * background thread.
     *
     * @throws UnsupportedOperationException on anything but Linux on x86-64 or aarch64
     * @throws IllegalCallerException if native access is not allowed
     */
    @SuppressWarnings("restricted")
    public static void check() {
        Abi.current();
        try {
            MemorySegment.NULL.reinterpret(1);
        } catch (IllegalCallerException e) {
            throw new IllegalCallerException("Shared memory needs native access. Start the JVM with"
                    + " --enable-native-access=ALL-UNNAMED (or by JDK_JAVA_OPTIONS), or put \"Enable-Native-Access:"
                    + " ALL-UNNAMED\" into the manifest of the application's jar.", e);
        }
    }

    /** {@return the user id that files of this process belong to} */
    public static int userId() {
        return Libc.geteuid();
    }

    /** {@return milliseconds since the machine was booted, time asleep included; no step of the wall clock moves it} */
    public static long bootMillis() {
        try (CallFrame frame = new CallFrame()) {
            int result = Libc.clock_gettime(frame, Libc.CLOCK_BOOTTIME);
            if (result < 0) {
                throw Errno.failure("clock_gettime", result, "CLOCK_BOOTTIME");
            }
            MemorySegment time = frame.timespec();
            return time.get(ValueLayout.JAVA_LONG, 0) * 1000 + time.get(ValueLayout.JAVA_LONG, 8) / 1_000_000;
        }
    }

    /** {@return a digest of the kernel's boot id, the same in every process from boot to shutdown; 0 if unreadable} */
    public static int bootTag() {
        try {
            return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).hashCode();
        } catch (IOException e) {
            return 0;
        }
    }
}
