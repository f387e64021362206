package io.resourcelink;

import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.resourcelink.segment.CreateOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** Where a contract test builds its factories, each of which stands for a process. Closed, it must be empty. */
final class ContractHost implements AutoCloseable {

    private final FixedClock clock;
    private final Supplier<ResourceLinkFactoryBuilder> builders;
    private final boolean exclusive;
    private final List<ResourceLinkFactory> built = new ArrayList<>();

    private ContractHost(FixedClock clock, Supplier<ResourceLinkFactoryBuilder> builders, boolean exclusive) {
        this.clock = clock;
        this.builders = builders;
        this.exclusive = exclusive;
    }

    /** The stores that must keep the contract. */
    enum Kind {
        FILES, IN_PROCESS;

        /** What builds factories whose time passes by itself. The directory is that of {@link #open}, the memory is not. */
        ResourceLinkFactoryBuilder inRealTime(Path directory) {
            return switch (this) {
                case FILES -> ResourceLinkFactory.builder().directory(directory);
                case IN_PROCESS -> ResourceLinkFactory.builder().inProcess(new InProcessMemory(1 << 20));
            };
        }

        ContractHost open(Path directory) {
            FixedClock clock = new FixedClock();
            InProcessMemory memory = new InProcessMemory(1 << 20, clock);
            return switch (this) {
                case FILES -> new ContractHost(clock, () -> ResourceLinkFactory.builder().directory(directory)
                        .mappedFileDirectory(directory.resolve("mapped")).clock(clock), false);
                case IN_PROCESS -> new ContractHost(clock, () -> ResourceLinkFactory.builder().inProcess(memory), true);
            };
        }
    }

    FixedClock clock() {
        return clock;
    }

    ResourceLinkFactoryBuilder builder() {
        return builders.get();
    }

    ResourceLinkFactory factory() {
        ResourceLinkFactory factory = builder().build();
        built.add(factory);
        return factory;
    }

    /** Leaves what a process leaves that is killed while it holds a new segment. */
    void orphan(String key, long payloadSize, CreateOptions options) {
        ResourceLinkFactory dying = builder().build();
        ResourceLink held = dying.create(key, payloadSize, options);
        try {
            dying.abandon();
        } finally {
            // Until here it must not be found unreachable, which would close it as if nobody had died.
            Reference.reachabilityFence(held);
        }
    }

    @Override
    public void close() {
        built.forEach(ResourceLinkFactory::close);
        try (ResourceLinkFactory last = builder().build()) {
            assertThat(last.list()).as("segments left behind").isEmpty();
            if (exclusive) {
                assertThat(last.capacity().free()).as("bytes given back").isEqualTo(last.capacity().total());
            }
        }
    }
}
