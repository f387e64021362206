package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class LoginSessionsTest {

    @TempDir
    private Path root = Path.of("");

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @BeforeEach
    void systemdRunsAndTheUserIsAPerson() throws IOException {
        Files.createDirectories(root.resolve("run/systemd/seats"));
        write("proc/self/status", "Name:\tjava\nUid:\t1000\t1000\t1000\t1000\n");
    }

    @Test
    void withoutASettingFilesAreRemoved() {
        assertThat(LoginSessions.removeIpc(root)).isTrue();
    }

    @Test
    void withoutSystemdNobodyRemovesThem() throws IOException {
        Files.delete(root.resolve("run/systemd/seats"));
        assertThat(LoginSessions.removeIpc(root)).isNull();
    }

    @Test
    void thoseOfSystemUsersStay() throws IOException {
        write("proc/self/status", "Uid:\t999\t999\t999\t999\n");
        assertThat(LoginSessions.removeIpc(root)).isFalse();
    }

    @Test
    void theStrongestFileCounts() throws IOException {
        write("usr/lib/systemd/logind.conf", "[Login]\nRemoveIPC=yes\n");
        write("etc/systemd/logind.conf", "[Login]\n#RemoveIPC=yes\n RemoveIPC = no \n");
        assertThat(LoginSessions.removeIpc(root)).isFalse();
        write("etc/systemd/logind.conf.d/50-site.conf", "[Login]\nRemoveIPC=on\n");
        assertThat(LoginSessions.removeIpc(root)).isTrue();
        write("run/systemd/logind.conf.d/60-image.conf", "[Login]\nRemoveIPC=0\n");
        assertThat(LoginSessions.removeIpc(root)).isFalse();
        write("etc/systemd/logind.conf.d/60-image.conf", "[Login]\nRemoveIPC=\n");
        assertThat(LoginSessions.removeIpc(root)).isTrue();
    }
}
