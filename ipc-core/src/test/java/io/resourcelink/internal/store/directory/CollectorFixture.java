package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Builders;
import io.resourcelink.FixedClock;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.segment.CreateOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** A directory whose segments are left by other processes. */
@ExtendWith(SharedMemoryDirectory.class)
abstract class CollectorFixture {

    final FixedClock clock = new FixedClock();

    ResourceLinkFactory factory;

    @BeforeEach
    final void build(Path directory) {
        factory = Builders.withClock(clock).directory(directory).mappedFileDirectory(directory.resolve("none")).build();
    }

    @AfterEach
    final void close() {
        factory.close();
    }

    /** What a killed process leaves: a segment that nobody holds. Made by copying the file of a live one. */
    final void orphan(String key, CreateOptions options) throws IOException {
        try (ResourceLink link = factory.create("template", 36, options)) {
            Path file = factory.directory().resolve("template");
            Files.copy(file, file.resolveSibling(key));
            assertThat(link.refcount()).isOne();
            factory.remove("template");
        }
    }
}
