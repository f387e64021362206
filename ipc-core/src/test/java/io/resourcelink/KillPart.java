package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.resourcelink.campaign.Outcome;
import io.resourcelink.campaign.Part;
import io.resourcelink.campaign.Scratch;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Processes that create, publish, acquire, check and release segments under the same few keys, and are killed at random
 * moments. Each segment's payload is its own incarnation number over and over, so a reader finds out if memory was
 * taken away, given out twice, or given out again while a process had it. The files of all published segments are recycled.
 */
public final class KillPart implements Part {

    private static final int CROWD = 4;
    private static final String CHECKED = "checked ";

    private final int kills;

    /**
     * Makes the part.
     *
     * @param kills how many processes a seed kills
     */
    public KillPart(int kills) {
        this.kills = kills;
    }

    @Override
    public String name() {
        return "kills";
    }

    @Override
    public Outcome run(long seed) throws Exception {
        Outcome outcome = new Outcome();
        try (Scratch scratch = Scratch.make()) {
            run(scratch.directory("segments"), seed, outcome);
            scratch.expectNothing("segments", outcome);
        }
        return outcome;
    }

    private void run(Path directory, long seed, Outcome outcome) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<PeerProcess> crowd = new ArrayList<>();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink held = factory.create("held", 4096)) {
            held.payload().fill((byte) 7);
            for (int peer = 0; peer < CROWD; peer++) {
                crowd.add(worker(directory, random));
            }
            for (int kill = 0; kill < kills; kill++) {
                int victim = random.nextInt(CROWD);
                kill(crowd.get(victim), random.nextInt(3_000_000), outcome);
                crowd.set(victim, worker(directory, random));
                factory.collectOrphans(Duration.ZERO);
                checkHeld(held, outcome);
            }
            for (PeerProcess peer : crowd) {
                kill(peer, 0, outcome);
            }
            factory.collectOrphans(Duration.ZERO);
            List<String> keys = factory.list().stream().map(ResourceLinkInfo::key).toList();
            List<String> files = SharedMemoryDirectory.files(directory);
            if (!keys.equals(List.of("held")) || !files.equals(List.of("held"))) {
                outcome.violation("left after a sweep: " + keys + ", " + files);
            }
        } finally {
            for (PeerProcess peer : crowd) {
                peer.kill();
            }
        }
    }

    private static void checkHeld(ResourceLink held, Outcome outcome) {
        for (byte each : held.readPayload(0, 4096)) {
            if (each != 7) {
                outcome.violation("what this process holds was changed to " + each);
            }
        }
        if (held.refcount() != 1) {
            outcome.violation("what this process holds alone has " + held.refcount() + " references");
        }
    }

    private static PeerProcess worker(Path directory, SplittableRandom random) throws IOException {
        return PeerProcess.start(Worker.class, List.of(), directory.toString(), Long.toString(random.nextLong()));
    }

    private static void kill(PeerProcess worker, long nanos, Outcome outcome) throws Exception {
        String seed = worker.readLine();
        String working = worker.readLine();
        if (!"working".equals(working)) {
            outcome.violation(seed + ", instead of working: " + working);
            return;
        }
        pause(nanos);
        worker.kill();
        long checked = 0;
        for (String line : worker.rest()) {
            if (line.startsWith(CHECKED)) {
                checked = Long.parseLong(line.substring(CHECKED.length()));
            } else {
                outcome.violation(line);
            }
        }
        outcome.count("kills", 1).count("rounds of checked contents", checked);
    }

    /** Spins: a moment is to be hit, not a condition waited for. */
    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** One of the crowd. Says so when it is at work, and ends with an error if it sees what must not be. */
    static final class Worker {

        private static final int LONGS = 2560;

        private final ResourceLinkFactory factory;
        private final ResourceLinkFactory other;
        private final SplittableRandom random;

        private Worker(ResourceLinkFactory factory, ResourceLinkFactory other, SplittableRandom random) {
            this.factory = factory;
            this.other = other;
            this.random = random;
        }

        public static void main(String[] arguments) throws IOException {
            long seed = Long.parseLong(arguments[1]);
            System.out.println("seed " + seed);
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build();
                    ResourceLinkFactory other = ResourceLinkFactory.builder().directory(Path.of(arguments[0]))
                            .build()) {
                Worker worker = new Worker(factory, other, new SplittableRandom(seed));
                for (int round = 0;; round++) {
                    if (round == 20) {
                        System.out.println("working");
                    }
                    worker.work("key-" + worker.random.nextInt(3));
                    if (round >= 20 && round % 16 == 0) {
                        System.out.println(CHECKED + round);
                        if (System.out.checkError()) {
                            // The campaign itself was ended.
                            return;
                        }
                    }
                }
            } catch (Throwable t) {
                System.out.println("failed with seed " + seed + ": " + t);
                throw t;
            }
        }

        private void work(String key) {
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
}
