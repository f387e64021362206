package io.resourcelink.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Contexts that come and go within one JVM, as devtools restarts them. */
class RestartTest {

    private static final int ROUNDS = 10;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void nothingIsLeftOfAContext() throws IOException {
        restart();
        // Contexts of other tests may live in this JVM, too.
        Set<Thread> threads = threads();
        long descriptors = descriptors();
        for (int round = 0; round < ROUNDS; round++) {
            restart();
            assertThat(directories.keys()).isEmpty();
        }
        // A thread that has nothing to do any more ends within about a second.
        await().untilAsserted(() -> assertThat(threads()).isSubsetOf(threads));
        assertThat(descriptors()).isLessThan(descriptors + ROUNDS);
    }

    @Test
    void linksCanBeUsedUntilEverythingWithALifecycleHasStopped() {
        Producer producer = new Producer();
        runner().withBean(Producer.class, () -> producer)
                .run(context -> producer.link = context.getBean(ResourceLinkFactory.class).create("frame", 4));
        assertThat(producer.last).containsExactly(1, 2, 3, 4);
        assertThat(directories.keys()).isEmpty();
    }

    /** Only the context holds it, and only the context closes it. */
    private final List<ResourceLink> left = new ArrayList<>();

    private void restart() {
        runner().run(context -> {
            ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
            left.add(factory.create("frame", 100));
            left.add(factory.acquire("frame").retain());
        });
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("ipc-"))
                .collect(Collectors.toSet());
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private ApplicationContextRunner runner() {
        return directories.runner(OrphanCollectorAutoConfiguration.class).withPropertyValues("ipc.gc.interval=10ms");
    }

    /** Uses its link until it is stopped. */
    private static final class Producer implements SmartLifecycle {

        private @Nullable ResourceLink link;
        private byte[] last = {};
        private boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            ResourceLink link = Objects.requireNonNull(this.link);
            link.writePayload(new byte[]{ 1, 2, 3, 4 });
            last = link.readPayload(0, 4);
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
