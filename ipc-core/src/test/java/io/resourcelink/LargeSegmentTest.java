package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** More than an int can count: on disk, where storage is reserved without being written. */
@Tag("slow")
class LargeSegmentTest {

    private static final long SIZE = (5L << 30) + 3;

    @TempDir(factory = OnDisk.class)
    Path directory;

    static final class OnDisk implements TempDirFactory {

        @Override
        public Path createTempDirectory(AnnotatedElementContext element,
                ExtensionContext context) throws IOException {
            return Files.createTempDirectory(Path.of("/var/tmp"), "ipc-large-");
        }
    }

    @Test
    void aPayloadPast4GiBIsReachedToItsLastByte() throws IOException {
        assumeThat(Files.getFileStore(directory).getUsableSpace()).as("room on disk").isGreaterThan(2 * SIZE);
        CreateOptions onDisk = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory.resolve("none"))
                .mappedFileDirectory(directory).defaultKind(ResourceKind.MAPPED_FILE).build();
                ResourceLink link = factory.create("large", SIZE, onDisk);
                ResourceLink again = factory.acquire("large")) {
            assertThat(link.payloadSize()).isEqualTo(SIZE);
            link.writePayload(SIZE - 2, new byte[]{ 41, 42 });
            link.payload().set(ValueLayout.JAVA_BYTE, 1L << 32, (byte) 43);
            assertThat(again.readPayload(SIZE - 2, 2)).containsExactly(41, 42);
            assertThat(again.readPayload(1L << 32, 1)).containsExactly(43);
            assertThat(again.readPayload(0, 1)).containsExactly(0);
            assertThat(factory.info("large").orElseThrow().size()).isEqualTo(SIZE + 64);
        }
    }
}
