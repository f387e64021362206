package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fails a test that leaves a socket, pipe, poll descriptor, anonymous memory, mapping of it or thread of this library
 * behind. What the other end of a connection closes, it closes a moment later; so the count is taken again until it is
 * right or a deadline has passed. To be registered before the extension whose own tidying it is to see.
 */
public final class NothingLeft implements BeforeEachCallback, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(NothingLeft.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For the extension registry. */
    public NothingLeft() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(Holdings.class, Holdings.now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Holdings before = Objects.requireNonNull(context.getStore(NAMESPACE).get(Holdings.class, Holdings.class));
        if (context.getExecutionException().isEmpty()) {
            List<String> left = new ArrayList<>();
            Deadline.await(PATIENCE, () -> {
                left.clear();
                left.addAll(Holdings.now().minus(before));
                return left.isEmpty();
            });
            assertThat(left).as("left behind").isEmpty();
        }
    }

    /** What this process holds at a moment: how many of each. */
    record Holdings(Map<String, Integer> counts) {

        static Holdings now() {
            Reclaimer.reclaimNow();
            Map<String, Integer> counts = new HashMap<>();
            try {
                Descriptors.open().values()
                        .forEach(target -> counts.merge("descriptor of " + target, 1, Integer::sum));
                try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                    maps.filter(line -> line.contains("/memfd:") || line.contains("/dev/shm/"))
                            .forEach(line -> counts.merge("mapping of " + line.replaceFirst("^\\S+ ", ""), 1,
                                    Integer::sum));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("ipc-"))
                    .forEach(thread -> counts.merge("thread " + thread.getName() + " " + thread.threadId(), 1,
                            Integer::sum));
            return new Holdings(counts);
        }

        List<String> minus(Holdings before) {
            List<String> more = new ArrayList<>();
            counts.forEach((what, count) -> {
                int added = count - before.counts.getOrDefault(what, 0);
                if (added > 0) {
                    more.add(added + " x " + what);
                }
            });
            return more;
        }
    }
}
