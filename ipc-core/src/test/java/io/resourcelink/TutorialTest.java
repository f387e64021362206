package io.resourcelink;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.segment.CreateOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Read from top to bottom: the whole idea in seven steps. Two factories stand for two processes. */
@ExtendWith(SharedMemoryDirectory.class)
class TutorialTest {

    @Test
    void theWholeIdea(Path directory) {
        // 1. Every process builds one factory. Those that want to share use the same directory; the default,
        // /dev/shm/ipc-<user id>, is the same for all processes of one user.
        try (ResourceLinkFactory producer = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLinkFactory consumer = ResourceLinkFactory.builder().directory(directory).build()) {

            // 2. Create a segment under a key. The space is reserved now or this fails now, never while you write.
            ResourceLink made = producer.create("greeting", 64);
            made.writePayload("hello".getBytes(StandardCharsets.UTF_8));

            // 3. Tell the other process the key, by whatever means; it acquires the same memory, not a copy.
            ResourceLink found = consumer.acquire("greeting");
            assertThat(found.readPayload(0, 5)).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
            found.payload().set(ValueLayout.JAVA_BYTE, 0, (byte) 'j');
            assertThat(made.payload().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 'j');

            // 4. The kernel counts references, over all processes.
            assertThat(made.refcount()).isEqualTo(2);

            // 5. Whoever is done closes. The creator may well be the first: the memory stays while anyone uses it.
            made.close();
            assertThat(found.refcount()).isEqualTo(1);
            assertThat(found.payload().get(ValueLayout.JAVA_BYTE, 1)).isEqualTo((byte) 'e');

            // 6. The last one out removes the segment.
            found.close();
            assertThatExceptionOfType(SegmentNotFoundException.class).isThrownBy(() -> consumer.acquire("greeting"));

            // 7. A killed process cannot close, but the kernel forgets its references, and any process may collect what
            // nobody holds. A segment that is held is never collected, however old.
            assertThat(consumer.collectOrphans(Duration.ZERO).collected()).isEmpty();
        }
    }

    @Test
    void aProducerThatLeavesBeforeItsConsumerComes(Path directory) {
        try (ResourceLinkFactory producer = ResourceLinkFactory.builder().directory(directory).build()) {
            CreateOptions kept = CreateOptions.defaults().withKeep(true).withTtl(Duration.ofSeconds(30));
            producer.create("letter", 64, kept).close();
        }
        try (ResourceLinkFactory consumer = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink letter = consumer.acquire("letter")) {
            assertThat(letter.payloadSize()).isEqualTo(64);
            consumer.remove("letter");
        }
    }
}
