package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PlatformTest {

    @Test
    void knowsThisMachine() throws IOException {
        Platform.check();
        assertThat(Platform.userId()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        assertThat(Platform.bootTag()).isNotZero().isEqualTo(Platform.bootTag());
    }

    @Test
    void bootMillisIsTheKernelsUptime() throws IOException {
        long before = Platform.bootMillis();
        String uptime = Files.readString(Path.of("/proc/uptime"));
        long after = Platform.bootMillis();
        // The kernel prints hundredths of a second, cut off.
        long printed = Math.round(Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1000);
        assertThat(printed).isBetween(before - 10, after);
    }

    @Test
    void theNumbersOfBothArchitecturesAreThoseOfTheirHeaders() {
        assertThat(Abi.X86_64.directory()).isEqualTo(0200000);
        assertThat(Abi.X86_64.noFollow()).isEqualTo(0400000);
        assertThat(Abi.X86_64.tmpFile()).isEqualTo(020200000);
        assertThat(Abi.AARCH64.directory()).isEqualTo(040000);
        assertThat(Abi.AARCH64.noFollow()).isEqualTo(0100000);
        assertThat(Abi.AARCH64.tmpFile()).isEqualTo(020040000);
    }

    @Test
    void readsSettingsWhole() throws IOException {
        assertThat(Platform.setting(Path.of("/proc/sys/kernel/random/boot_id"))).hasSize(36);
        assertThat(Platform.bootTag())
                .isEqualTo(Platform.setting(Path.of("/proc/sys/kernel/random/boot_id")).hashCode());
    }

    @Test
    void translatesErrorNumbers() {
        assertThat(Errno.failure("openat", -Errno.EMFILE, "key")).isInstanceOfSatisfying(OsException.class, e -> {
            assertThat(e).hasMessageStartingWith("openat(key) failed with EMFILE").hasMessageContaining("ulimit -n");
            assertThat(e.errno()).isEqualTo(24);
        });
        assertThat(Errno.failure("mmap", -12345, "key")).hasMessageContaining("error number 12345");
        assertThat(Errno.failure("unlinkat", -Errno.EACCES, "key")).isInstanceOf(PermissionException.class)
                .hasMessageContaining("EACCES");
    }

    @Test
    void anUnsupportedSystemSaysWhatIsNeeded() {
        String real = System.getProperty("os.name");
        try {
            System.setProperty("os.name", "Plan 9");
            assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(Platform::check)
                    .withMessageContaining("need Linux on x86-64 or aarch64; this is Plan 9");
        } finally {
            System.setProperty("os.name", real);
        }
    }
}
