package io.resourcelink;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(SharedMemoryDirectory.class)
class ResourceLinkTest {

    private ResourceLinkFactory factory;
    private ResourceLink link;

    @BeforeEach
    void create(Path directory) {
        factory = ResourceLinkFactory.builder().directory(directory).build();
        link = factory.create("key", 10);
    }

    @AfterEach
    void close() {
        factory.close();
    }

    /** Compiled code does not stop at a fault, interpreted code does: both must end in the same error. */
    @RepeatedTest(3)
    void accessToAFileThatAPeerTruncatedIsATypedError(Path directory) throws IOException {
        for (int round = 0; round < 10_000; round++) {
            link.retain().close();
            link.readPayload(0, 10);
            link.writePayload(new byte[10]);
        }
        ResourceLink large = factory.create("large", 1 << 20);
        try (FileChannel peer = FileChannel.open(directory.resolve("large"), StandardOpenOption.WRITE)) {
            peer.truncate(0);
        }
        assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(() -> large.readPayload(1 << 19, 100))
                .withMessageContaining("truncated the file");
        assertThatExceptionOfType(InvalidSegmentException.class)
                .isThrownBy(() -> large.writePayload(1 << 19, new byte[100]));
        assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(large::info);
        large.retain().close();
        large.close();
        assertThat(large.isClosed()).isTrue();
        assertThat(factory.remove("large", ResourceKind.SHARED_MEMORY)).isFalse();
    }
}
