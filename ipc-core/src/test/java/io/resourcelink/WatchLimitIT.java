package io.resourcelink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** A user who has no inotify instance left. */
@ExtendWith(SharedMemoryDirectory.class)
class WatchLimitIT {

    private static final String NO_INSTANCES = "echo 0 > /proc/sys/user/max_inotify_instances && exec \"$@\"";

    private static List<String> withoutInstances() {
        return List.of("unshare", "--user", "--map-root-user", "sh", "-c", NO_INSTANCES, "sh");
    }

    @Test
    void aFactoryLooksByItselfUntilItGetsAWatch(Path directory) throws Exception {
        assumeThat(works()).as("unshare --user, and a limit of its own, work here").isTrue();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory)
                .mappedFileDirectory(directory.resolve("mapped-files")).build();
                PeerProcess peer = PeerProcess.start(Watchless.class, withoutInstances(), directory.toString())) {
            assertThat(peer.readLine()).isEqualTo("ok");
            assertThat(factory.list()).isEmpty();
        }
    }

    private static boolean works() throws InterruptedException {
        try {
            List<String> command = new ArrayList<>(withoutInstances());
            command.add("true");
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }
}
