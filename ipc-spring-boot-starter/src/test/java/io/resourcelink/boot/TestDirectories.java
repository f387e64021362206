package io.resourcelink.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.util.FileSystemUtils;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelAutoConfiguration;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceLinkInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Directories of its own for each test (for each class, if the field is static). A test that leaves a file in them
 * fails.
 */
public final class TestDirectories
        implements
            BeforeAllCallback,
            BeforeEachCallback,
            AfterEachCallback,
            AfterAllCallback {

    private @Nullable Path memory;
    private @Nullable Path files;
    private boolean sharedByClass;

    /** Makes them when the first test begins. */
    public TestDirectories() {}

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        sharedByClass = true;
        make();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!sharedByClass) {
            make();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (!sharedByClass) {
            delete();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        delete();
    }

    /** {@return a directory on a tmpfs} */
    public Path memory() {
        return made(memory);
    }

    /** {@return a directory on a disk} */
    public Path files() {
        return made(files);
    }

    /** {@return where channels meet} */
    public Path channels() {
        return memory().resolve(".channels");
    }

    /** {@return the properties that point to all of them} */
    public String[] properties() {
        return new String[]{ "ipc.directory=" + memory(), "ipc.mapped-file-directory=" + files(),
            "ipc.channels.directory=" + channels() };
    }

    /**
     * Sets the directories of the segments.
     *
     * @param registry where
     */
    public void register(DynamicPropertyRegistry registry) {
        registry.add("ipc.directory", this::memory);
        registry.add("ipc.mapped-file-directory", this::files);
    }

    /**
     * {@return a runner of an application on these directories}
     *
     * @param more auto-configurations besides that of the factory
     */
    public ApplicationContextRunner runner(Class<?>... more) {
        return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(IpcAutoConfiguration.class))
                .withConfiguration(AutoConfigurations.of(more)).withPropertyValues(properties());
    }

    /**
     * {@return a runner of an application that exchanges messages}
     *
     * @param more auto-configurations besides those of the factory, the channel and messaging
     */
    public ApplicationContextRunner messaging(Class<?>... more) {
        return runner(IpcChannelAutoConfiguration.class, IpcMessagingAutoConfiguration.class)
                .withConfiguration(AutoConfigurations.of(more));
    }

    /** {@return a factory on both, as another process would have one} */
    public ResourceLinkFactory factory() {
        return ResourceLinkFactory.builder().directory(memory()).mappedFileDirectory(files()).build();
    }

    /** {@return a factory that fails at everything, being closed} */
    public ResourceLinkFactory closedFactory() {
        ResourceLinkFactory factory = factory();
        factory.close();
        return factory;
    }

    /**
     * Leaves a segment of 100 bytes behind. It has no references, and the next collection removes it.
     *
     * @param key its name
     */
    public void leaveOrphan(String key) {
        CreateOptions shortLived = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMillis(50));
        try (ResourceLinkFactory looking = factory()) {
            // On a slow machine it may expire before its factory is closed, and then that takes it away.
            do {
                try (ResourceLinkFactory leaving = factory()) {
                    leaving.create(key, 100, shortLived).close();
                }
            } while (looking.info(key).isEmpty());
            await().until(() -> looking.info(key).map(ResourceLinkInfo::expired).orElse(true));
        }
    }

    /** {@return the keys of all segments} */
    public List<String> keys() {
        try (ResourceLinkFactory factory = factory()) {
            return factory.list().stream().map(ResourceLinkInfo::key).toList();
        }
    }

    private void make() throws IOException {
        memory = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-starter-test-");
        files = Files.createTempDirectory("ipc-starter-test-");
    }

    private void delete() throws IOException {
        List<Path> left = new ArrayList<>();
        for (Path directory : List.of(memory(), files())) {
            try (Stream<Path> entries = Files.walk(directory)) {
                entries.filter(entry -> !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)).forEach(left::add);
            }
            FileSystemUtils.deleteRecursively(directory);
        }
        assertThat(left).as("files left behind").isEmpty();
    }

    private static Path made(@Nullable Path directory) {
        if (directory == null) {
            throw new IllegalStateException("The directories exist only while a test runs.");
        }
        return directory;
    }
}
