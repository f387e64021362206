package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.LocalClaims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

/** A producer and two consumers in network namespaces of their own: each has an address that the others connect to. */
@Timeout(120)
class NetworkNamespaceIT {

    private static final int CONSUMERS = 2;
    private static final long PID = ProcessHandle.current().pid();

    @RegisterExtension
    final TestDirectories producing = new TestDirectories();

    @RegisterExtension
    final TestDirectories first = new TestDirectories();

    @RegisterExtension
    final TestDirectories second = new TestDirectories();

    private final List<String> namespaces = new ArrayList<>();

    @AfterEach
    void removeNamespaces() throws Exception {
        for (String namespace : namespaces) {
            ip("netns", "delete", namespace);
        }
    }

    /** Runs the command and returns what it complains about, or nothing. */
    private static String ip(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? "" : "ip " + String.join(" ", words) + ": " + output;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void orSkip(String... words) throws Exception {
        String refusal = ip(words);
        if (!refusal.isEmpty()) {
            abort("refused: " + refusal);
        }
    }

    private String namespace(String role) throws Exception {
        String name = "ipc-" + PID + "-" + role;
        orSkip("netns", "add", name);
        namespaces.add(name);
        orSkip("-n", name, "link", "set", "lo", "up");
        return name;
    }

    /** A private network of two addresses for each link, numbered by this process. */
    private static String address(int link, int side) throws IOException {
        return InetAddress.getByAddress(new byte[]{ 10, (byte) (PID >> 6), (byte) (PID << 2 | link),
            (byte) (4 * link + side) }).getHostAddress();
    }

    private static void connect(String producer, String consumer, int link) throws Exception {
        String near = "ipc" + PID + "p" + link;
        String far = "ipc" + PID + "c" + link;
        orSkip("-n", producer, "link", "add", near, "type", "veth", "peer", "name", far, "netns", consumer);
        orSkip("-n", producer, "addr", "add", address(link, 1) + "/30", "dev", near);
        orSkip("-n", consumer, "addr", "add", address(link, 2) + "/30", "dev", far);
        orSkip("-n", producer, "link", "set", near, "up");
        orSkip("-n", consumer, "link", "set", far, "up");
    }

    @Test
    void eachConsumerFetchesFromTheAddressThatItReaches() throws Exception {
        String producer = namespace("p");
        List<String> consumers = new ArrayList<>();
        for (int link = 0; link < CONSUMERS; link++) {
            consumers.add(namespace("c" + link));
            connect(producer, consumers.get(link), link);
        }
        try (PeerProcess origin = PeerProcess.start(OriginProcess.class, List.of("ip", "netns", "exec", producer),
                "--ipc.directory=" + producing.memory(), "--ipc.mapped-file-directory=" + producing.files())) {
            assertThat(origin.readLine()).startsWith("port ");
            Claim claim = Claim.parse(origin.ask(address(0, 1) + " " + address(1, 1)));
            String digest = HexFormat.of().formatHex(ReprDigest.sha256().digest(Origins.bytes(1_000_000)));
            List<TestDirectories> hosts = List.of(first, second);
            for (int link = 0; link < CONSUMERS; link++) {
                try (PeerProcess reader = PeerProcess.start(FarReader.class,
                        List.of("ip", "netns", "exec", consumers.get(link)), hosts.get(link).memory().toString(), "2",
                        claim.toText())) {
                    reader.expect("reading");
                    String read = reader.readLine();
                    assertThat(read).endsWith(" " + digest);
                    assertThat(reader.readLine()).isEqualTo(read);
                }
                try (ResourceLinkFactory factory = hosts.get(link).factory()) {
                    assertThat(LocalClaims.signed(factory, Origins.signer()).removeReplica(claim)).isTrue();
                }
            }
            try (ResourceLinkFactory factory = producing.factory()) {
                assertThat(LocalClaims.signed(factory, Origins.signer()).settle(claim)).isTrue();
            }
        }
    }
}
