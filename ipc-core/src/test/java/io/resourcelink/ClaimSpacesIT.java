package io.resourcelink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.claim.LocalClaims;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The identity of directories on file systems that are mounted for the test, in a mount name space of the child's own. */
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class ClaimSpacesIT {

    private static final String MOUNT_AND_RUN = "mkdir \"$1/a\" \"$1/b\" \"$1/c\""
            + " && mount -t tmpfs tmpfs \"$1/a\" && mount -t tmpfs tmpfs \"$1/b\" && mount --bind \"$1/a\" \"$1/c\""
            + " && chmod 700 \"$1/a\" \"$1/b\" && shift && exec \"$@\"";

    @Test
    void twoMountsDifferAndABindMountIsTheSame(Path directory) throws Exception {
        List<String> prefix = List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT_AND_RUN,
                "sh",
                directory.toString());
        assumeMountsAreAllowed();
        try (PeerProcess peer = PeerProcess.start(Spaces.class, prefix, directory.toString())) {
            String a = peer.readLine();
            String b = peer.readLine();
            String bound = peer.readLine();
            assertThat(a).matches("[0-9a-f]{32}").isNotEqualTo(b).isEqualTo(bound);
            assertThat(peer.waitFor()).isZero();
        }
    }

    private static void assumeMountsAreAllowed() throws InterruptedException {
        try {
            int status = new ProcessBuilder("unshare", "--user", "--map-root-user", "--mount", "true").start()
                    .waitFor();
            assumeThat(status).as("unshare --user --mount works here").isZero();
        } catch (IOException _) {
            assumeThat(false).as("unshare is installed").isTrue();
        }
    }

    /** Prints the identity of three directories. */
    static final class Spaces {

        public static void main(String[] arguments) {
            for (String name : List.of("a", "b", "c")) {
                try (ResourceLinkFactory factory = ResourceLinkFactory.builder()
                        .directory(Path.of(arguments[0], name)).build()) {
                    System.out.println(
                            LocalClaims.unsigned(factory).space(ResourceKind.SHARED_MEMORY).orElseThrow());
                }
            }
        }
    }
}
