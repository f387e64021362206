package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.CreateOptions;

import static io.resourcelink.Attempts.expect;
import static io.resourcelink.Attempts.present;

/** All that is done with segments, once: by two factories of one directory, one of a group's and one of the common one. */
final class SegmentLife {

    private static final byte[] CONTENT = content();

    private final Attempts attempts;
    private final Path directory;
    private final List<ResourceLinkFactory> opened = new ArrayList<>();
    private int keys;

    SegmentLife(Attempts attempts, Path directory) {
        this.attempts = attempts;
        this.directory = directory;
    }

    private static byte[] content() {
        byte[] content = new byte[8192];
        Arrays.fill(content, (byte) 7);
        return content;
    }

    void live() throws Attempts.FailedAgain {
        try {
            ResourceLinkFactory producer = open("build", own().watch(true));
            ResourceLinkFactory consumer = open("build another", own());
            attempts.run("create", () -> create(producer, consumer));
            attempts.run("publish", () -> publish(producer, consumer));
            attempts.run("publish again", () -> publish(producer, consumer));
            attempts.run("publish once more", () -> publish(producer, consumer));
            attempts.run("pass on", () -> passOn(producer, consumer));
            attempts.run("pass on again", () -> passOn(producer, consumer));
            attempts.run("write", () -> write(producer, consumer));
            attempts.run("wait", () -> waitFor(consumer));
            attempts.run("keep", () -> keep(producer, consumer));
            attempts.run("sweep", () -> sweep(consumer));
            ResourceLinkFactory group = open("build a group's", group(directory));
            attempts.run("create for a group", () -> create(group, group));
            ResourceLinkFactory shared = open("build a common one", common(directory));
            attempts.run("create for all", () -> create(shared, shared));
        } finally {
            attempts.closeAll(opened);
        }
    }

    private ResourceLinkFactoryBuilder own() {
        return own(directory);
    }

    private static ResourceLinkFactoryBuilder own(Path directory) {
        return ResourceLinkFactory.builder().directory(directory.resolve("segments"));
    }

    private static ResourceLinkFactoryBuilder group(Path directory) {
        PosixFileAttributes self;
        try {
            self = Files.readAttributes(Path.of("/proc/self"), PosixFileAttributes.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ResourceLinkFactory.builder().directory(directory.resolve("group"))
                .directoryGroup(self.group().getName()).trustOwner(self.owner().getName())
                .directoryPermissions(PosixFilePermissions.fromString("rwxrwx---"))
                .segmentPermissions(PosixFilePermissions.fromString("rw-rw----"));
    }

    /** Where processes that take no locks are counted. */
    private static ResourceLinkFactoryBuilder common(Path directory) {
        Path common = directory.resolve("common");
        return ResourceLinkFactory.builder().directory(common).commonDirectory(common);
    }

    /** One sweep of each directory, as of a process that comes later. */
    static void sweepAll(Path directory) {
        for (ResourceLinkFactoryBuilder builder : List.of(own(directory), group(directory), common(directory))) {
            try (ResourceLinkFactory factory = builder.build()) {
                factory.collectOrphans(Duration.ZERO);
            }
        }
    }

    private ResourceLinkFactory open(String operation, ResourceLinkFactoryBuilder builder)
            throws Attempts.FailedAgain {
        ResourceLinkFactory factory = attempts.open(operation, builder::build);
        opened.add(factory);
        return factory;
    }

    private String key() {
        return "key-" + ++keys;
    }

    private void create(ResourceLinkFactory producer, ResourceLinkFactory consumer) {
        String key = key();
        try (ResourceLink made = producer.create(key, CONTENT.length)) {
            made.writePayload(CONTENT);
            try (ResourceLink found = consumer.acquire(key); ResourceLink _ = found.retain()) {
                expect("the content is what was written",
                        Arrays.equals(found.readPayload(0, CONTENT.length), CONTENT));
                expect("three hold it", made.refcount() == 3);
                expect("it is known", consumer.info(key).isPresent());
                expect("it is listed", consumer.list().stream().anyMatch(one -> one.key().equals(key)));
            }
            made.renew();
        }
    }

    @SuppressWarnings("try") // The producer leaves first on purpose.
    private void publish(ResourceLinkFactory producer, ResourceLinkFactory consumer) {
        String key = key();
        byte[] content = nextContent();
        try (ResourceLink made = producer.publish(key, Content.of(content));
                ResourceLink found = consumer.acquire(key)) {
            made.close();
            expect("the content is what was published", Arrays.equals(allOf(found), content));
            expect("it is held", found.refcount() >= 1);
        }
    }

    /** As a message does. The consumer has had the file before, if it is recycled. */
    private void passOn(ResourceLinkFactory producer, ResourceLinkFactory consumer) {
        String key = key();
        byte[] content = nextContent();
        try (ResourceLink made = producer.publish(key, Content.of(content));
                ResourceLink found = received(consumer, Transits.of(made))) {
            expect("the content is what was published", Arrays.equals(allOf(found), content));
            expect("two hold it", made.refcount() == 2);
        }
    }

    /** Of a size of its own, for which the file of each other one is large enough. */
    private byte[] nextContent() {
        return Arrays.copyOf(CONTENT, CONTENT.length - 500 * (keys % 4));
    }

    private static byte[] allOf(ResourceLink link) {
        return link.readPayload(0, (int) link.payloadSize());
    }

    private static ResourceLink received(ResourceLinkFactory consumer, TransitReference<ResourceLink> sent) {
        return Transits.received(consumer, sent.key(), sent.kind(), sent.file()).accept();
    }

    /** By a writer that gets memory, and from memory that is not on the heap. */
    private void write(ResourceLinkFactory producer, ResourceLinkFactory consumer) {
        String key = key();
        try (ResourceLink _ = producer.publish(key,
                Content.overwriting(CONTENT.length, payload -> payload.fill((byte) 7)));
                ResourceLink found = consumer.acquire(key)) {
            expect("the content is what was filled in", found.readPayload(CONTENT.length - 1, 1)[0] == 7);
        }
        try (Arena arena = Arena.ofConfined();
                ResourceLink made = producer.publish(key(), Content.of(arena.allocate(100)))) {
            expect("the content is zero", made.readPayload(99, 1)[0] == 0);
        }
    }

    private void waitFor(ResourceLinkFactory consumer) throws InterruptedException {
        try (ResourceLink _ = consumer.acquire(key(), Duration.ofMillis(1))) {
            throw new AssertionError("Nobody has made it.");
        } catch (SegmentNotFoundException _) {
            // As it should be.
        }
    }

    private static void keep(ResourceLinkFactory producer, ResourceLinkFactory consumer) {
        // Of an attempt before this one.
        consumer.remove("kept");
        producer.publish("kept", Content.of(CONTENT),
                CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMinutes(1))).close();
        try (ResourceLink kept = consumer.acquire("kept")) {
            kept.renew();
        }
        expect("its name is removed", consumer.remove("kept"));
        expect("it is gone", consumer.tryAcquire("kept").isEmpty());
    }

    /** What a dead process has left. */
    private void sweep(ResourceLinkFactory consumer) {
        String key = key();
        ResourceLinkFactory dying = own().build();
        try {
            present("a segment", dying.create(key, 100));
        } finally {
            dying.abandon();
        }
        consumer.collectOrphans(Duration.ZERO);
        expect("the orphan is gone", consumer.info(key).isEmpty());
    }
}
