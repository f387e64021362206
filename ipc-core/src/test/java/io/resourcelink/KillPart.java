package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

import io.resourcelink.campaign.Outcome;
import io.resourcelink.campaign.Part;
import io.resourcelink.campaign.Scratch;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Processes that create, publish, acquire, check and release segments under the same few keys, and are killed at random
 * moments. Each segment's payload is its own incarnation number over and over, so a reader finds out if memory was
 * taken away, given out twice, or given out again while a process had it. The files of all published segments are recycled.
 */
public final class KillPart implements Part {

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
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink held = factory.create("held", 4096);
                KillCrowd crowd = new KillCrowd(directory, random, outcome)) {
            held.payload().fill((byte) 7);
            for (int kill = 0; kill < kills; kill++) {
                int victim = random.nextInt(KillCrowd.SIZE);
                crowd.work();
                pause(random.nextInt(3_000_000));
                crowd.kill(victim);
                factory.collectOrphans(Duration.ZERO);
                checkHeld(held, outcome);
                crowd.rest(victim);
                crowd.replace(victim);
            }
            crowd.work();
            for (int victim = 0; victim < KillCrowd.SIZE; victim++) {
                crowd.kill(victim);
            }
            crowd.dismiss();
            factory.collectOrphans(Duration.ZERO);
            List<String> keys = factory.list().stream().map(ResourceLinkInfo::key).toList();
            List<String> files = SharedMemoryDirectory.files(directory);
            if (!keys.equals(List.of("held")) || !files.equals(List.of("held"))) {
                outcome.violation("left after a sweep: " + keys + ", " + files);
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

    /** A moment is to be hit, not a condition waited for. */
    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
