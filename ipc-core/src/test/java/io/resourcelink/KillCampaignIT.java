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
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentBusyException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes that create, publish, acquire, check and release segments under the same few keys, and are killed at random
 * moments. Each segment's payload is its own incarnation number over and over, so memory that was taken away, given out
 * twice, or given out again while somebody had it, shows. All that is published goes round.
 */
@ExtendWith(SharedMemoryDirectory.class)
class KillCampaignIT {

    private static final int KILLS = Integer.getInteger("ipc.campaign.kills", 100);
    private static final int CROWD = 4;

    @Test
    void nothingIsLostAndNothingInUseIsTouched(Path directory) throws Exception {
        SplittableRandom random = new SplittableRandom(42);
        List<PeerProcess> crowd = new ArrayList<>();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink held = factory.create("held", 4096)) {
            held.payload().fill((byte) 7);
            for (int peer = 0; peer < CROWD; peer++) {
                crowd.add(PeerProcess.start(Worker.class, List.of(), directory.toString()));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                int victim = random.nextInt(CROWD);
                crowd.get(victim).expect("working");
                pause(random.nextInt(3_000_000));
                crowd.get(victim).kill();
                assertThat(crowd.get(victim).rest()).isEmpty();
                crowd.set(victim, PeerProcess.start(Worker.class, List.of(), directory.toString()));
                factory.collectOrphans(Duration.ZERO);
                assertThat(held.readPayload(0, 4096)).containsOnly((byte) 7);
                assertThat(held.refcount()).isEqualTo(1);
            }
            for (PeerProcess peer : crowd) {
                peer.expect("working");
                peer.kill();
                assertThat(peer.rest()).isEmpty();
            }
            factory.collectOrphans(Duration.ZERO);
            assertThat(factory.list()).extracting(ResourceLinkInfo::key).containsExactly("held");
            assertThat(SharedMemoryDirectory.files(directory)).containsExactly("held");
        } finally {
            for (PeerProcess peer : crowd) {
                peer.kill();
            }
        }
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

        public static void main(String[] arguments) throws IOException {
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build();
                    ResourceLinkFactory other = ResourceLinkFactory.builder().directory(Path.of(arguments[0]))
                            .build()) {
                for (int round = 0;; round++) {
                    if (round == 20) {
                        System.out.println("working");
                    }
                    work(factory, other, "key-" + ThreadLocalRandom.current().nextInt(3));
                }
            } catch (Throwable t) {
                System.out.println("failed: " + t);
                throw t;
            }
        }

        private static void work(ResourceLinkFactory factory, ResourceLinkFactory other, String key) {
            try (ResourceLink link = ThreadLocalRandom.current().nextBoolean()
                    ? create(factory, key)
                    : factory.tryAcquire(key).orElse(null)) {
                if (link == null) {
                    return;
                }
                try (ResourceLink more = link.retain(); ResourceLink _ = factory.tryAcquire(key).orElse(null)) {
                    if (link.refcount() < 2) {
                        throw new AssertionError("A count below one's own: " + link.refcount());
                    }
                    check(more.payload());
                    pass(link, other);
                    factory.collectOrphans(Duration.ZERO);
                    check(more.payload());
                }
            } catch (SegmentAlreadyExistsException | SegmentBusyException _) {
                // Others were faster: expected here.
            }
        }

        /** Sends a reference to the other factory, as to another process, which accepts it or not. */
        private static void pass(ResourceLink link, ResourceLinkFactory other) {
            TransitReference transit = TransitReference.received(other, link.key(), link.kind(),
                    TransitReference.of(link).file());
            if (link.refcount() < 3) {
                throw new AssertionError("A count without what is in transit: " + link.refcount());
            }
            if (ThreadLocalRandom.current().nextBoolean()) {
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
        private static ResourceLink create(ResourceLinkFactory factory, String key) {
            if (ThreadLocalRandom.current().nextBoolean()) {
                return publish(factory, key);
            }
            ResourceLink link = factory.create(key, LONGS * Long.BYTES);
            long incarnation = ThreadLocalRandom.current().nextLong();
            for (int at = 0; at < LONGS; at++) {
                link.payload().setAtIndex(ValueLayout.JAVA_LONG, at, incarnation);
            }
            return link;
        }

        /** Complete when it has its name, in memory that was another segment's before. */
        private static ResourceLink publish(ResourceLinkFactory factory, String key) {
            long[] content = new long[LONGS];
            Arrays.fill(content, ThreadLocalRandom.current().nextLong() | 1);
            return ThreadLocalRandom.current().nextBoolean()
                    ? factory.publish(key, Payload.of(MemorySegment.ofArray(content)))
                    : factory.pool().publish(key, LONGS * Long.BYTES,
                            payload -> payload.copyFrom(MemorySegment.ofArray(content)));
        }

        private static void check(MemorySegment payload) {
            long seen = payload.isReadOnly() ? payload.get(ValueLayout.JAVA_LONG, 0) : 0;
            for (int at = 0; at < LONGS; at++) {
                long value = payload.getAtIndex(ValueLayout.JAVA_LONG, at);
                if (value != seen && (payload.isReadOnly() || (value != 0 && seen != 0))) {
                    throw new AssertionError("Two incarnations in one segment: " + seen + " and " + value);
                }
                seen = value != 0 ? value : seen;
            }
        }
    }
}
