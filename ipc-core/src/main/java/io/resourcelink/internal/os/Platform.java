package io.resourcelink.internal.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the library needs to know about the machine and its own process. */
public final class Platform {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    private static final Path TIME_OFFSETS = Path.of("/proc/self/timens_offsets");

    /** Set by GraalVM: {@code buildtime} while an image is built, {@code runtime} in the image. */
    private static final String IMAGE_CODE = "org.graalvm.nativeimage.imagecode";

    private Platform() {}

    /**
     * Checks that this system is supported and that native access is allowed. Otherwise the first call on a background thread
     * would fail, and all later ones with it.
     *
     * @throws UnsupportedOperationException on anything but Linux on x86-64 or aarch64, and in a GraalVM native image
     * @throws IllegalCallerException if native access is not allowed
     */
    @SuppressWarnings("restricted")
    public static void check() {
        checkImage();
        Abi.current();
        try {
            MemorySegment.NULL.reinterpret(1);
            Libc.geteuid();
            MemoryCalls.getpagesize();
            WaitCalls.prepare();
        } catch (ExceptionInInitializerError e) {
            if (e.getCause() instanceof UnsupportedOperationException unsupported) {
                throw unsupported;
            }
            throw e;
        } catch (IllegalCallerException e) {
            throw new IllegalCallerException("Shared memory needs native access. " + grant(), e);
        }
    }

    private static void checkImage() {
        if ("runtime".equals(System.getProperty(IMAGE_CODE))) {
            throw new UnsupportedOperationException(
                    "Shared memory does not work in a GraalVM native image: the library binds its foreign calls at run time,"
                            + " an image has them only if each one is registered and tested, and no image has been tested;"
                            + " run the application on the JVM, with ahead-of-time processing and an AOT cache if it has"
                            + " to start fast.");
        }
    }

    private static String grant() {
        Module module = Platform.class.getModule();
        String start = "Start the JVM with --enable-native-access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED") + " (or by JDK_JAVA_OPTIONS)";
        return start + (module.isNamed()
                ? "."
                : ", or put \"Enable-Native-Access: ALL-UNNAMED\" into the manifest of"
                        + " the application's jar.");
    }

    /** {@return the user id that files of this process belong to} */
    public static int userId() {
        return Libc.geteuid();
    }

    /**
     * {@return where this user's segments and channels are by default: {@code ipc-} and the user id, within a parent}
     *
     * @param parent the parent, such as {@code /dev/shm}
     */
    public static Path directoryOfUser(Path parent) {
        return parent.resolve("ipc-" + Integer.toUnsignedString(userId()));
    }

    /**
     * {@return milliseconds by which this process's time since boot is ahead of the host's} A time namespace shifts it,
     * time_namespaces(7), and all processes of a host must agree on ages. Opens a file of {@code /proc}; 0 if there is none.
     */
    public static long bootOffsetMillis() {
        return TimeUnit.NANOSECONDS.toMillis(offsetNanos("boottime"));
    }

    /**
     * {@return nanoseconds to add to {@link System#nanoTime}, so that the sum is the same in all processes of the host} It is the time of
     * the host's monotonic clock. A time namespace shifts what this process sees of it.
     */
    public static long monotonicOffsetNanos() {
        long now = nanos(Libc.CLOCK_MONOTONIC, "CLOCK_MONOTONIC");
        return now - System.nanoTime() - offsetNanos("monotonic");
    }

    private static long offsetNanos(String clock) {
        try (Stream<String> lines = Files.lines(TIME_OFFSETS, StandardCharsets.US_ASCII)) {
            return lines.map(line -> line.strip().split("\\s+", 3)).filter(words -> words[0].equals(clock))
                    .mapToLong(words -> Long.parseLong(words[1]) * 1_000_000_000 + Long.parseLong(words[2]))
                    .findFirst().orElse(0);
        } catch (IOException | UncheckedIOException _) {
            return 0;
        }
    }

    /**
     * {@return milliseconds since the machine was booted, time asleep included; no step of the wall clock moves it, but a time
     * namespace does: {@link #bootOffsetMillis}}
     */
    public static long bootMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos(Libc.CLOCK_BOOTTIME, "CLOCK_BOOTTIME"));
    }

    private static long nanos(int clock, String name) {
        try (CallFrame frame = new CallFrame()) {
            int result = Libc.clock_gettime(frame, clock);
            if (result < 0) {
                throw Errno.failure("clock_gettime", result, name);
            }
            MemorySegment time = frame.timespec();
            return time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000 + time.get(ValueLayout.JAVA_LONG, 8);
        }
    }

    /**
     * Makes a fault of this thread surface here, as an {@link InternalError}. Compiled code that touches a mapping whose
     * file was truncated does not stop there: the JVM throws when the thread returns from native code the next time, wherever
     * that is. A caller that must know, or that must not meet the error later, calls this. It calls a native function that
     * returns at once, in some ten nanoseconds. No system call.
     */
    public static void surfaceFaults() {
        MemoryCalls.getpagesize();
    }

    /** {@return a digest of the kernel's boot id, the same in every process from boot to shutdown; 0 if unreadable} */
    public static int bootTag() {
        return bootId().hashCode();
    }

    /** {@return the kernel's boot id, 36 characters, the same in every process from boot to shutdown; empty if unreadable} */
    public static String bootId() {
        try {
            return setting(BOOT_ID);
        } catch (IOException e) {
            return "";
        }
    }

    /** {@return the machine's id, machine-id(5), the same after a reboot; empty if there is none} */
    public static String machineId() {
        try {
            String id = setting(MACHINE_ID);
            return id.equals("uninitialized") ? "" : id;
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * {@return the text of a file below {@code /proc/sys}} The kernel returns it in the first read only, so it must be read at
     * once. {@link Files#readString} asks for a single byte first, and gets no more.
     *
     * @param file the file
     * @throws IOException if it cannot be read
     */
    public static String setting(Path file) throws IOException {
        byte[] buffer = new byte[256];
        try (InputStream in = Files.newInputStream(file)) {
            int length = Math.max(0, in.read(buffer));
            return new String(buffer, 0, length, StandardCharsets.US_ASCII).strip();
        }
    }
}
