package io.resourcelink.sample.python;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** {@code resourcelink.py} against the library, with real processes on one directory. */
class PythonSegmentsIT {

    private static final Duration NO_TIME = Duration.ZERO;
    private static final String NO_SUCH = "NoSuchSegment: ";

    private Path directory;
    private ResourceLinkFactory segments;
    private Holder python;

    @BeforeAll
    static void pythonIsThere() {
        assumeTrue(Holder.isPythonThere(), "There is no python3 of version 3.9 or later on the path.");
    }

    @BeforeEach
    void start() throws IOException {
        directory = Files.createTempDirectory(Path.of("/dev/shm"), "sample-python-");
        segments = ResourceLinkFactory.builder().directory(directory).watch(false).build();
        python = Holder.python(directory);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        python.close();
        segments.close();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(Files::isRegularFile)).as("segments left behind").isEmpty();
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            try (Stream<Path> files = Files.list(file)) {
                for (Path child : files.toList()) {
                    delete(child);
                }
            }
        }
        Files.delete(file);
    }

    private ResourceLink publish(String key, String text) {
        return segments.publish(key, Content.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(ResourceLink link) {
        return new String(link.readPayload(0, (int) link.payloadSize()), StandardCharsets.UTF_8);
    }

    private boolean isThere(String key) {
        return Holder.isThere(directory, key);
    }

    @Test
    void whatJavaPublishesPythonReads() throws IOException {
        try (ResourceLink link = publish("from-java", "hello")) {
            assertThat(python.ask("acquire", "from-java")).isEqualTo("5 532");
            assertThat(link.refcount()).isEqualTo(2);
            assertThat(python.ask("others", "from-java")).isEqualTo("True");
        }
        assertThat(python.ask("others", "from-java")).isEqualTo("False");
        assertThat(python.ask("text", "from-java")).isEqualTo("hello");
        assertThat(isThere("from-java")).as("a segment that Python holds").isTrue();
        assertThat(python.ask("close", "from-java")).isEqualTo("closed");
        assertThat(isThere("from-java")).as("after the last one out").isFalse();
    }

    @Test
    void whatPythonPublishesJavaReads() throws IOException {
        assertThat(python.ask("publish", "from-python", "world", "60", "-")).isEqualTo("5");
        try (ResourceLink link = segments.acquire("from-python")) {
            assertThat(link.refcount()).isEqualTo(2);
            ResourceLinkInfo info = link.info();
            assertThat(info.ttl()).isEqualTo(Duration.ofMinutes(1));
            assertThat(info.state()).isEqualTo(SegmentState.OPEN);
            assertThat(info.age()).isLessThan(Duration.ofMinutes(1));
            assertThat(info.expired()).isFalse();
            assertThat(python.ask("close", "from-python")).isEqualTo("closed");
            assertThat(text(link)).isEqualTo("world");
            assertThat(link.refcount()).isEqualTo(1);
        }
        assertThat(isThere("from-python")).isFalse();
    }

    @Test
    void aKilledPythonLeavesOrphansThatJavaCollects() throws Exception {
        try (ResourceLink _ = publish("held-by-both", "hello")) {
            python.ask("acquire", "held-by-both");
            python.ask("publish", "its-own", "world", "0", "-");
            python.kill();
            assertThat(segments.info("its-own").orElseThrow().refcount()).isZero();
            assertThat(segments.info("held-by-both").orElseThrow().refcount()).isEqualTo(1);
            assertThat(segments.collectOrphans(NO_TIME).collected()).singleElement()
                    .satisfies(collected -> assertThat(collected.key()).isEqualTo("its-own"));
        }
        python = Holder.python(directory);
        assertThat(python.ask("acquire", "its-own")).isEqualTo(NO_SUCH + "its-own");
    }

    @Test
    void aKilledJavaTakesNothingFromPython() throws Exception {
        try (Holder java = Holder.java(directory)) {
            java.ask("publish", "shared", "hello");
            java.ask("publish", "orphaned", "world");
            assertThat(python.ask("acquire", "shared")).isEqualTo("5 532");
            java.kill();
        }
        assertThat(python.ask("others", "shared")).isEqualTo("False");
        assertThat(python.ask("text", "shared")).isEqualTo("hello");
        assertThat(python.ask("close", "shared")).isEqualTo("closed");
        assertThat(isThere("shared")).isFalse();
        assertThat(python.ask("publish", "orphaned", "again", "0", "-")).as("in place of an orphan").isEqualTo("5");
        assertThat(python.ask("close", "orphaned")).isEqualTo("closed");
    }

    @Test
    void aKeyThatIsInUseIsTakenOnBothSides() throws IOException {
        try (ResourceLink _ = publish("taken", "hello")) {
            assertThat(python.ask("publish", "taken", "world", "0", "-")).startsWith("SegmentExists: taken");
        }
    }

    @Test
    void whatPythonKeepsOutlivesIt() throws Exception {
        python.ask("publish", "kept", "world", "3600", "keep");
        assertThat(python.ask("close", "kept")).isEqualTo("closed");
        assertThat(segments.collectOrphans(NO_TIME).collected()).isEmpty();
        try (ResourceLink link = segments.acquire("kept")) {
            assertThat(text(link)).isEqualTo("world");
        }
        assertThat(python.ask("acquire", "kept")).isEqualTo("5 552");
        assertThat(python.ask("publish", "kept", "again", "0", "-")).startsWith("SegmentExists");
        assertThat(segments.remove("kept")).isTrue();
        assertThat(python.ask("text", "kept")).as("after a forced removal").isEqualTo("world");
        assertThat(python.ask("close", "kept")).isEqualTo("closed");
    }

    @Test
    void neitherAcquiresWhatWasKeptForTooLong() throws IOException {
        CreateOptions oneMilli = CreateOptions.defaults().withTtl(Duration.ofMillis(1)).withKeep(true);
        segments.publish("expired", Content.of(new byte[1]), oneMilli).close();
        assertThat(python.ask("acquire", "expired")).startsWith(NO_SUCH + "expired");
        python.ask("publish", "expired-too", "world", "0.001", "keep");
        python.ask("close", "expired-too");
        assertThat(segments.tryAcquire("expired-too")).isEmpty();
    }

    @Test
    void aRecycledFileIsNotFilledUnderPython() throws IOException {
        byte[] ones = new byte[1 << 20];
        Arrays.fill(ones, (byte) 1);
        byte[] twos = new byte[(1 << 20) - 4096];
        Arrays.fill(twos, (byte) 2);
        segments.publish("warm-up", Content.of(ones)).close();
        ResourceLink first = segments.publish("first", Content.of(ones));
        assertThat(python.ask("acquire", "first")).isEqualTo("1048576 4096");
        first.close();
        for (int round = 0; round < 8; round++) {
            String key = "next-" + round;
            try (ResourceLink _ = segments.publish(key, Content.of(twos))) {
                assertThat(python.ask("acquire", key)).as("a payload shorter than its file").isEqualTo("1044480 8192");
                python.ask("close", key);
            }
        }
        assertThat(python.ask("close", "first")).isEqualTo("closed");
    }

    @Test
    void anArrayKeepsItsLinkOpen() throws IOException {
        try (ResourceLink link = publish("array", "hello")) {
            python.ask("acquire", "array");
            assertThat(python.ask("array", "array")).isIn("532", "no numpy");
            assertThat(link.refcount()).isEqualTo(2);
        }
    }

    @Test
    void whatIsNoSegmentIsRefused() throws IOException {
        Files.write(directory.resolve("short"), new byte[10]);
        Files.write(directory.resolve("zeros"), new byte[100]);
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("zeros"));
        Files.createDirectory(directory.resolve("directory"));
        assertThat(python.ask("acquire", "short")).startsWith("InvalidSegment");
        assertThat(python.ask("acquire", "zeros")).startsWith("InvalidSegment: magic 0x0");
        assertThat(python.ask("acquire", "link")).startsWith("InvalidSegment");
        assertThat(python.ask("acquire", "directory")).startsWith("InvalidSegment");
        assertThat(python.ask("acquire", "../zeros")).startsWith("ValueError");
        for (String name : new String[]{ "short", "link", "zeros", "directory" }) {
            Files.delete(directory.resolve(name));
        }
    }

    /** Whichever of two leaves last removes the key, also if both leave at the same moment. */
    @Test
    void theLastOneOutRemovesTheKeyWhoeverItIs() throws Exception {
        for (int round = 0; round < 100; round++) {
            String key = "race-" + round;
            ResourceLink link = publish(key, "hello");
            python.ask("acquire", key);
            CompletableFuture<Void> java = CompletableFuture.runAsync(link::close);
            python.ask("close", key);
            java.get();
            assertThat(isThere(key)).as(key).isFalse();
        }
    }

    /** Acquiring while the other side removes: either it gets the segment, or there is none. */
    @Test
    void acquiringAndRemovingExcludeEachOther() throws Exception {
        for (int round = 0; round < 100; round++) {
            String key = "last-" + round;
            ResourceLink link = publish(key, "hello");
            CompletableFuture<Void> java = CompletableFuture.runAsync(link::close);
            String answer = python.ask("acquire", key);
            java.get();
            if (answer.equals("5 532")) {
                assertThat(python.ask("text", key)).isEqualTo("hello");
                assertThat(isThere(key)).as(key).isTrue();
                assertThat(python.ask("close", key)).isEqualTo("closed");
            } else {
                assertThat(answer).isEqualTo(NO_SUCH + key);
            }
            assertThat(isThere(key)).as(key).isFalse();
        }
    }
}
