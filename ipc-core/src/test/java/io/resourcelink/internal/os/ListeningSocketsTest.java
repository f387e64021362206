package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A proc file system of files, since a test cannot make other network namespaces and users on every machine. */
class ListeningSocketsTest {

    private static final String HEADER = "Num       RefCount Protocol Flags    Type St Inode Path\n";
    private static final String LISTENS = "0000000000000000: 00000002 00000000 00010000 0005 01 ";
    private static final String CONNECTED = "0000000000000000: 00000003 00000000 00000000 0005 03 ";

    @TempDir
    private Path proc;

    @Test
    void theProcessWithTheDescriptorIsFound() throws IOException {
        process(7, "net:[1]", CONNECTED + "10 /proc/self/fd/9/a\n" + LISTENS + "11 /proc/self/fd/9/a\n", 10, 11);
        process(8, "net:[1]", "", 10);

        assertThat(find("a")).containsOnlyKeys("a").extractingByKey("a").returns(7L, RunningProcess::pid);
    }

    @Test
    void aProcessOfAnotherNetworkNamespaceIsFound() throws IOException {
        process(7, "net:[1]", LISTENS + "11 /proc/self/fd/9/a\n", 11);
        process(8, "net:[2]", LISTENS + "12 /proc/self/fd/9/b\n", 12);

        assertThat(find("a", "b")).containsOnlyKeys("a", "b").extractingByKey("b").returns(8L, RunningProcess::pid);
    }

    @Test
    void aProcessThatMayNotBeSeenIsUnknown() throws IOException {
        process(7, "net:[1]", LISTENS + "11 /proc/self/fd/9/a\n");

        assertThat(find("a")).isEmpty();
    }

    @Test
    void twoProcessesThatClaimANameAreUnknown() throws IOException {
        process(7, "net:[1]", LISTENS + "11 /proc/self/fd/9/a\n" + LISTENS + "12 /tmp/x\n" + LISTENS + "12 /b/a\n", 11);
        process(8, "net:[1]", "", 12);

        assertThat(find("a")).isEmpty();
    }

    @Test
    void aChildThatHasTheDescriptorsForAMomentIsNotTaken() throws IOException {
        process(7, "net:[1]", LISTENS + "11 /proc/self/fd/9/a\n", 11);
        process(8, "net:[1]", "", 11);

        assertThat(find("a")).extractingByKey("a").returns(7L, RunningProcess::pid);
    }

    @Test
    void strangeLinesAreIgnored() throws IOException {
        process(7, "net:[1]", "a\n\n" + LISTENS + "x /a\n" + LISTENS + "99999999999999999999 /a\n" + LISTENS + "11 a\n",
                11);

        assertThat(find("a")).containsOnlyKeys("a");
    }

    private Map<String, RunningProcess> find(String... names) throws IOException {
        return ListeningSockets.processes(proc, Set.of(names));
    }

    private void process(long pid, String namespace, String sockets, int... inodes) throws IOException {
        Path process = proc.resolve(Long.toString(pid));
        Files.createDirectories(process.resolve("fd"));
        Files.createDirectories(process.resolve("net"));
        Files.createDirectories(process.resolve("ns"));
        Files.createSymbolicLink(process.resolve("ns/net"), Path.of(namespace));
        Files.writeString(process.resolve("net/unix"), HEADER + sockets);
        Files.createSymbolicLink(process.resolve("fd/0"), Path.of("pipe:[1]"));
        for (int i = 0; i < inodes.length; i++) {
            Files.createSymbolicLink(process.resolve("fd/" + (i + 1)), Path.of("socket:[" + inodes[i] + "]"));
        }
    }
}
