package io.resourcelink.benchmark.channel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.Results;
import io.resourcelink.benchmark.Rounds;
import io.resourcelink.benchmark.ScratchDirectory;
import io.resourcelink.benchmark.WakeUps;

/**
 * Counts how often the threads of two processes wake up that are connected and say nothing. A JVM has threads of its own that
 * wake up, so the same two processes are counted also while nothing is open. Those of its compilers are not counted at all.
 */
public final class Idle {

    /** The name of this part of the suite. */
    public static final String PART = "idle";

    /** The subject of all figures. */
    public static final String SUBJECT = "two idle processes";

    /** Nothing is open. */
    public static final String NOTHING = "nothing open";

    /** The unit of wake-ups of all threads of both processes but compilers. */
    public static final String RATE = "wake-ups/s";

    /** The unit of wake-ups beyond those while nothing is open. */
    public static final String ABOVE_NOTHING = "above nothing open";

    private static final List<Way> WAYS = List.of(new ChannelWay(Mode.SPINNING, Variant.DEFAULTS),
            new ChannelWay(Mode.ASLEEP, Variant.DEFAULTS), new SocketWay(Mode.ASLEEP));

    private final Plan plan;
    private final Path directory;
    private final Peer peer;

    private Idle(Plan plan, Path directory, Peer peer) {
        this.plan = plan;
        this.directory = directory;
        this.peer = peer;
    }

    /**
     * Measures.
     *
     * @param arguments {@code full}, {@code quick} or {@code smoke}; where to write the results; a directory in shared memory
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        try (Peer peer = Peer.start()) {
            Idle idle = new Idle(Plan.of(arguments[0]), Path.of(arguments[2]), peer);
            Rounds rounds = new Rounds(PART, idle.plan.discarding());
            rounds.run(1, idle.plan.rounds(), List.of((_, figures) -> idle.round(figures)));
            for (Way way : WAYS) {
                rounds.figures().compare(SUBJECT, way.name(), NOTHING, RATE, ABOVE_NOTHING,
                        (connected, nothing) -> connected - nothing);
            }
            Results.write(rounds.measurements(), Path.of(arguments[1]));
        }
    }

    private void round(Figures figures) throws Exception {
        figures.add(SUBJECT, NOTHING, RATE, wakeUps());
        for (Way way : WAYS) {
            try (ScratchDirectory scratch = new ScratchDirectory(directory);
                    End end = way.call(scratch.path(), Workload.BYTES)) {
                peer.open(way, Workload.BYTES, new Peer.Counts(2, 0, 0), scratch.path());
                end.connect();
                Session.roundTrips(end, 1);
                figures.add(SUBJECT, way.name(), RATE, wakeUps());
                Session.roundTrips(end, 1);
                peer.finish();
            }
        }
    }

    /** What has just been done is over after two seconds: a channel looks after itself until it has found nothing to do for a second. */
    private double wakeUps() throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(plan.idleMillis() / 2);
        WakeUps before = WakeUps.withoutCompilers(peer.both());
        long begin = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(plan.idleMillis());
        return WakeUps.withoutCompilers(peer.both()).since(before) * 1e9 / (System.nanoTime() - begin);
    }
}
