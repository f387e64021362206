package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.ResourceLinkInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** So many references on one segment that the kernel's list of locks is read, by processes of other namespaces. */
@ExtendWith(SharedMemoryDirectory.class)
class ManyReferencesIT {

    private static final int MANY = 500;

    @Test
    void processesOfOtherNamespacesAreCountedAndCountTheSame(Path directory) throws Exception {
        List<String> container = List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child",
                "--mount-proc");
        assumeTrue(works(container), "unshare --user --pid is refused here");
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build()) {
            countBoth(factory, container, directory);
            Deadline.awaitTrue("the kernel has dropped what the process had", () -> {
                factory.collectOrphans(Duration.ZERO);
                return factory.list().isEmpty();
            });
        }
    }

    private static void countBoth(ResourceLinkFactory factory, List<String> container, Path directory)
            throws Exception {
        List<TransitReference<ResourceLink>> passed = new ArrayList<>();
        try (PeerProcess peer = PeerProcess.start(Peer.class, container, directory.toString())) {
            peer.expect("ready");
            assertThat(peer.ask("create frame 100")).isEqualTo("ok");
            assertThat(peer.ask("pass frame " + MANY)).isEqualTo("ok");
            assertThat(count(factory)).isEqualTo(MANY + 1);
            try (ResourceLink link = factory.acquire("frame")) {
                for (int number = 0; number < MANY; number++) {
                    passed.add(Transits.of(link));
                }
                assertThat(link.refcount()).isEqualTo(2 * MANY + 2);
                assertThat(peer.ask("refcount frame")).isEqualTo(String.valueOf(2 * MANY + 2));
            } finally {
                passed.forEach(TransitReference::close);
            }
            assertThat(peer.ask("refcount frame")).isEqualTo(String.valueOf(MANY + 1));
        }
    }

    private static long count(ResourceLinkFactory factory) throws Exception {
        try (SystemCalls calls = SystemCalls.counting(thread -> thread.equals(Thread.currentThread()))) {
            long listed = factory.list().stream().mapToLong(ResourceLinkInfo::refcount).sum();
            assertThat(calls.count("fcntl")).as("not asked one by one").isLessThan(MANY);
            return listed;
        }
    }

    private static boolean works(List<String> command) throws Exception {
        List<String> whole = new ArrayList<>(command);
        whole.add("true");
        return new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor() == 0;
    }
}
