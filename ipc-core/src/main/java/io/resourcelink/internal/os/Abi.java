package io.resourcelink.internal.os;

import java.util.Locale;

/**
 * Numbers that differ between Linux on x86-64 and on aarch64, picked once. All other constants of this package are the
 * same on both, and so are the layouts of {@code struct flock}, {@code struct statx} and {@code struct statfs}.
 * {@code struct epoll_event} is packed on x86-64 alone.
 *
 * @param directory {@code O_DIRECTORY}
 * @param noFollow {@code O_NOFOLLOW}
 * @param epollEvent bytes of a {@code struct epoll_event}, epoll_ctl(2)
 * @param epollData where in it the data is
 * @param futex {@code __NR_futex}, syscall(2)
 * @see <a href="https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/arch/arm64/include/uapi/asm/fcntl.h">arm64
 * fcntl.h</a>, and asm-generic/fcntl.h for x86-64
 */
record Abi(int directory, int noFollow, int epollEvent, int epollData, int futex) {

    static final Abi X86_64 = new Abi(0x1_0000, 0x2_0000, 12, 4, 202);
    static final Abi AARCH64 = new Abi(0x4000, 0x8000, 16, 8, 98);

    /** {@code O_TMPFILE}: a bit of its own, and {@code O_DIRECTORY} so that old kernels refuse it. */
    int tmpFile() {
        return 0x40_0000 | directory;
    }

    /**
     * Picks the numbers of this machine.
     *
     * @throws UnsupportedOperationException on anything but Linux on x86-64 or aarch64
     */
    static Abi current() {
        String os = System.getProperty("os.name", "");
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (os.equals("Linux")) {
            switch (arch) {
                case "amd64", "x86_64" -> {
                    return X86_64;
                }
                case "aarch64", "arm64" -> {
                    return AARCH64;
                }
                default -> {
                }
            }
        }
        throw new UnsupportedOperationException(
                "Shared segments need Linux on x86-64 or aarch64; this is " + os + " on " + arch
                        + ". Within one JVM they work everywhere: build the factory with inProcess(new"
                        + " InProcessMemory(capacity)).");
    }
}
