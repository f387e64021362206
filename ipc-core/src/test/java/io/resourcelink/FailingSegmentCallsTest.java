package io.resourcelink;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.store.TransitReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** One system call of a factory fails. */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
class FailingSegmentCallsTest {

    private static final byte[] LARGE = new byte[8192];

    private static ResourceLinkFactoryBuilder on(Path directory) {
        return ResourceLinkFactory.builder().directory(directory);
    }

    private static Predicate<Thread> here() {
        return Thread.currentThread()::equals;
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 4, 5, 6 })
    void aRecycledFileThatCannotBeAskedIsLeftNowhere(int nth, Path directory) throws IOException {
        try (ResourceLinkFactory factory = on(directory).build()) {
            factory.publish("first", Content.of(LARGE)).close();
            factory.publish("second", Content.of(LARGE)).close();
            try (SystemCalls _ = SystemCalls.failing("statx", nth, Errno.ENOMEM, here())) {
                factory.publish("third", Content.of(LARGE)).close();
            } catch (OsException e) {
                assertThat(e.call()).isEqualTo("statx");
                assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
            }
            factory.publish("third", Content.of(LARGE)).close();
            factory.publish("fourth", Content.of(LARGE)).close();
        }
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    /** A store that could not release everything is closed all the same, so nothing may reach its directory any more. */
    @Test
    void aReferenceInTransitIsDroppedAfterAFactoryHasFailedToCloseInPart(Path directory) throws IOException {
        ResourceLinkFactory factory = on(directory).build();
        ResourceLink link = factory.create("key", 100);
        TransitReference<ResourceLink> transit = Transits.of(link);
        try (SystemCalls _ = SystemCalls.failing("fcntl", 1, Errno.ENOLCK, here())) {
            assertThatExceptionOfType(OsException.class).isThrownBy(factory::close);
        }
        transit.close();
        assertThat(SharedMemoryDirectory.openDescriptors(directory)).isEmpty();
        try (ResourceLinkFactory other = on(directory).build()) {
            other.collectOrphans(Duration.ZERO);
            assertThat(other.list()).isEmpty();
        }
    }

    @Test
    void oneRefusalDoesNotEndTheNamingOfFilesWithoutAName(Path directory) {
        try (ResourceLinkFactory factory = on(directory).build()) {
            try (SystemCalls _ = SystemCalls.failing("linkat", 1, Errno.EACCES, here())) {
                factory.publish("first", Content.of(new byte[100])).close();
            }
            try (SystemCalls calls = SystemCalls.counting(here())) {
                factory.publish("second", Content.of(new byte[100])).close();
                assertThat(calls.count("linkat")).isEqualTo(1);
                assertThat(calls.count("renameat2")).isZero();
            }
        }
    }

    @Test
    void aWakeUpOfTheWatcherThatFailsIsTriedAgain(Path directory) {
        ResourceLinkFactory factory = on(directory).watch(true).build();
        try (SystemCalls calls = SystemCalls.failing("write", 1, Errno.ENOMEM)) {
            factory.close();
            assertThat(calls.count("write")).isEqualTo(2);
        }
        try (ResourceLinkFactory again = on(directory).build()) {
            assertThat(again.collectOrphans(Duration.ZERO).collected()).isEmpty();
        }
    }
}
