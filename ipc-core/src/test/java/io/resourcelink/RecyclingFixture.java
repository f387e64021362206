package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.segment.Retention;

/** A producer and a consumer on one directory, whose files go round. */
@ExtendWith(SharedMemoryDirectory.class)
abstract class RecyclingFixture {

    static final int SIZE = 100_000;

    Path directory = Path.of("");
    ResourceLinkFactory producer = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1 << 20)).build();
    ResourceLinkFactory consumer = producer;

    private final Retention retention;

    /**
     * Begins without files.
     *
     * @param files how many files are kept, longer than any test takes: only what a test does ends what is kept
     */
    RecyclingFixture(int files) {
        retention = new Retention(files, 512L << 20, Duration.ofDays(1));
    }

    @BeforeEach
    final void build(Path given) {
        producer.close();
        directory = given;
        producer = builder().build();
        consumer = builder().build();
    }

    @AfterEach
    final void closeFactories() {
        // The JDK may interrupt a thread whose access to memory it ends.
        boolean _ = Thread.interrupted();
        consumer.close();
        producer.close();
    }

    final ResourceLinkFactoryBuilder builder() {
        return ResourceLinkFactory.builder().directory(directory).recycling(retention).mappings(retention);
    }

    /** {@return a payload whose bytes all have one value} */
    static byte[] content(int number) {
        byte[] bytes = new byte[SIZE];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    final ResourceLink publish(String key, int number) {
        return producer.publish(key, Content.of(content(number)));
    }

    /** {@return what stands for the file of a key} */
    final Object inode(String key) {
        try {
            return Files.getAttribute(directory.resolve(key), "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
