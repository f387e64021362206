package io.resourcelink;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.store.TransitReference;

/**
 * One of the processes of {@link KillPart}. It is {@link #READY} when its code has run some times. From then on it works from each
 * line {@value #WORK} of its input up to the next line. It ends with an error if it sees what must not be, and with its input.
 * Arguments: the directory of segments, and a seed.
 */
final class KillWorker {

    static final String READY = "ready";
    static final String WORK = "work";
    static final String WORKING = "working";
    static final String REST = "rest";
    static final String RESTS = "rests";
    /** With the number of rounds behind it. */
    static final String CHECKED = "checked ";

    private static final int FIRST_ROUNDS = 5;
    private static final int LONGS = 2560;

    private final ResourceLinkFactory factory;
    private final ResourceLinkFactory other;
    private final SplittableRandom random;

    private KillWorker(ResourceLinkFactory factory, ResourceLinkFactory other, SplittableRandom random) {
        this.factory = factory;
        this.other = other;
        this.random = random;
    }

    public static void main(String[] arguments) throws IOException {
        long seed = Long.parseLong(arguments[1]);
        System.out.println("seed " + seed);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build();
                ResourceLinkFactory other = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            KillWorker worker = new KillWorker(factory, other, new SplittableRandom(seed));
            for (int round = 0; round < FIRST_ROUNDS; round++) {
                worker.work();
            }
            System.out.println(READY);
            while (in.readLine() != null) {
                System.out.println(WORKING);
                worker.workUntilAsked(in);
                System.out.println(RESTS);
            }
        } catch (Throwable t) {
            System.out.println("failed with seed " + seed + ": " + t);
            throw t;
        }
    }

    private void workUntilAsked(BufferedReader in) throws IOException {
        int rounds = 0;
        do {
            work();
            rounds++;
            if (rounds % 16 == 0) {
                System.out.println(CHECKED + rounds);
            }
            // The output has an error if the campaign itself was ended.
        } while (!in.ready() && !System.out.checkError());
        in.readLine();
        System.out.println(CHECKED + rounds);
    }

    private void work() {
        String key = "key-" + random.nextInt(3);
        try (ResourceLink link = random.nextBoolean()
                ? create(key)
                : factory.tryAcquire(key).orElse(null)) {
            if (link == null) {
                return;
            }
            try (ResourceLink more = link.retain(); ResourceLink _ = factory.tryAcquire(key).orElse(null)) {
                if (link.refcount() < 2) {
                    throw new AssertionError("A count below one's own: " + link.refcount());
                }
                check(more.payload());
                pass(link);
                factory.collectOrphans(Duration.ZERO);
                check(more.payload());
            }
        } catch (SegmentAlreadyExistsException | SegmentBusyException _) {
            // Others were faster: expected here.
        }
    }

    /** Sends a reference to the other factory, as to another process, which accepts it or not. */
    private void pass(ResourceLink link) {
        TransitReference<ResourceLink> transit = Transits.received(other, link.key(), link.kind(),
                Transits.of(link).file());
        if (link.refcount() < 3) {
            throw new AssertionError("A count without what is in transit: " + link.refcount());
        }
        if (random.nextBoolean()) {
            transit.close();
            return;
        }
        try (ResourceLink passed = transit.accept()) {
            if (link.refcount() < 3) {
                throw new AssertionError("A count without what was accepted: " + link.refcount());
            }
            check(passed.payload());
        }
    }

    /** Filled after it has its name, so zeros are seen as well. */
    private ResourceLink create(String key) {
        if (random.nextBoolean()) {
            return publish(key);
        }
        ResourceLink link = factory.create(key, LONGS * Long.BYTES);
        long incarnation = random.nextLong();
        for (int at = 0; at < LONGS; at++) {
            link.payload().setAtIndex(ValueLayout.JAVA_LONG, at, incarnation);
        }
        return link;
    }

    /** Complete when it has its name, in memory that was another segment's before. */
    private ResourceLink publish(String key) {
        long[] content = new long[random.nextInt(LONGS / 2, LONGS + 1)];
        Arrays.fill(content, random.nextLong() | 1);
        return random.nextBoolean()
                ? factory.publish(key, Content.of(MemorySegment.ofArray(content)))
                : factory.publish(key, Content.overwriting(content.length * (long) Long.BYTES,
                        payload -> payload.copyFrom(MemorySegment.ofArray(content))));
    }

    private static void check(MemorySegment payload) {
        long seen = payload.isReadOnly() ? payload.get(ValueLayout.JAVA_LONG, 0) : 0;
        for (int at = 0; at < payload.byteSize() / Long.BYTES; at++) {
            long value = payload.getAtIndex(ValueLayout.JAVA_LONG, at);
            if (value != seen && (payload.isReadOnly() || (value != 0 && seen != 0))) {
                throw new AssertionError("Two incarnations in one segment: " + seen + " and " + value);
            }
            seen = value != 0 ? value : seen;
        }
    }
}
