package io.resourcelink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Starts a process that takes no locks: a Python script that knows the header's first 25 bytes and nothing of this library. It ends
 * itself after a minute, so no conversation with it hangs.
 */
public final class ForeignProcess {

    private static final String SCRIPT = "/io/resourcelink/internal/store/foreign_peer.py";

    private ForeignProcess() {}

    /**
     * Skips the test if there is no Python.
     *
     * @throws InterruptedException if interrupted
     */
    public static void assumeCanStart() throws InterruptedException {
        try {
            assumeTrue(new ProcessBuilder("python3", "-c", "import mmap").start().waitFor() == 0, "python3 fails");
        } catch (IOException _) {
            assumeTrue(false, "there is no python3");
        }
    }

    /**
     * Starts one, and waits until it is ready.
     *
     * @return the process, which converses by lines such as {@code acquire PATH}
     * @throws IOException if it cannot
     */
    public static PeerProcess start() throws IOException {
        try (InputStream script = Objects.requireNonNull(ForeignProcess.class.getResourceAsStream(SCRIPT))) {
            PeerProcess peer = PeerProcess.start(
                    List.of("python3", "-c", new String(script.readAllBytes(), StandardCharsets.UTF_8)));
            peer.expect("ready");
            return peer;
        }
    }
}
