package io.resourcelink;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import io.resourcelink.campaign.Outcome;
import io.resourcelink.campaign.Part;
import io.resourcelink.campaign.Scratch;

/**
 * Holders that are stopped (SIGSTOP) while others sweep: processes of the same and of other time, pid, user and mount namespaces, and
 * factories whose wall clock is ten years ahead or behind. No reference of a process that lives may be collected, however the two
 * sides see time and each other. After that half of the holders are killed, and everything goes.
 */
public final class StopPart implements Part {

    private static final long TEN_YEARS = TimeUnit.DAYS.toMillis(3653);
    private static final String KEY = "key-";

    /** In which surroundings a holder and a sweeping process are: a name, and the command that runs another in them. */
    private record Place(String name, List<String> command) {

        static final List<Place> ALL = List.of(new Place("PLAIN", List.of()),
                namespace("TIME", "--time", "--boottime", "315360000"),
                namespace("PID", "--pid", "--fork", "--mount-proc"), namespace("USER"), namespace("MOUNT", "--mount"));

        private static Place namespace(String name, String... options) {
            List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
            command.addAll(List.of(options));
            return new Place(name, List.copyOf(command));
        }

        private boolean isAllowed() throws IOException, InterruptedException {
            List<String> probe = new ArrayList<>(command);
            probe.add("true");
            Process process = new ProcessBuilder(probe).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        }
    }

    private final int references;

    /**
     * Makes the part.
     *
     * @param references how many segments a holder has while it is stopped
     */
    public StopPart(int references) {
        this.references = references;
    }

    @Override
    public String name() {
        return "stops";
    }

    @Override
    public Outcome run(long seed) throws Exception {
        Outcome outcome = new Outcome();
        SplittableRandom random = new SplittableRandom(seed);
        List<Place> places = new ArrayList<>();
        for (Place place : Place.ALL) {
            if (place.isAllowed()) {
                places.add(place);
            } else {
                outcome.count("not allowed here: " + place.name, 1);
            }
        }
        try (Scratch scratch = Scratch.make()) {
            Path directory = scratch.directory("segments");
            for (Place place : places) {
                stop(place, places.get(random.nextInt(places.size())), directory, random, outcome);
                scratch.expectNothing("segments", outcome);
            }
        }
        return outcome;
    }

    private void stop(Place place, Place other, Path directory, SplittableRandom random, Outcome outcome)
            throws Exception {
        try (PeerProcess holder = peer(place, directory); PeerProcess sweeper = peer(other, directory)) {
            askEach(holder, i -> (i % 2 == 0 ? "create " : "publish ") + KEY + i + " 128", "ok", outcome);
            holder.suspend();
            for (int sweep = 0; sweep < 4; sweep++) {
                ask(sweeper, "collect all", "0", outcome);
                expectNothingCollected(directory, (sweep % 2 == 0 ? 1 : -1) * TEN_YEARS, outcome);
                TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(300));
            }
            holder.resume();
            askEach(holder, i -> "refcount " + KEY + i, "1", outcome);
            outcome.count("references", references).count("stops " + place.name, 1);
            if (random.nextBoolean()) {
                holder.kill();
                sweeper.ask("collect all");
            } else {
                askEach(holder, i -> "release " + KEY + i, "ok", outcome);
            }
        }
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build()) {
            factory.collectOrphans(Duration.ZERO);
        }
    }

    private static PeerProcess peer(Place place, Path directory) throws IOException {
        PeerProcess peer = PeerProcess.start(Peer.class, place.command, directory.toString());
        peer.expect("ready");
        return peer;
    }

    /** Asks about each reference, and reads the answers when all were asked for. */
    private void askEach(PeerProcess peer, IntFunction<String> question, String expected, Outcome outcome)
            throws IOException {
        for (int i = 0; i < references; i++) {
            peer.tell(question.apply(i));
        }
        for (int i = 0; i < references; i++) {
            String answer = peer.readLine();
            if (!expected.equals(answer)) {
                outcome.violation(question.apply(i) + ": " + answer);
            }
        }
    }

    private static void ask(PeerProcess peer, String line, String expected, Outcome outcome) {
        String answer = peer.ask(line);
        if (!answer.equals(expected)) {
            outcome.violation(line + ": " + answer);
        }
    }

    /** Sweeps with a wall clock that is wrong by so much. */
    private static void expectNothingCollected(Path directory, long millis, Outcome outcome) {
        FixedClock clock = new FixedClock();
        clock.wallMillis = System.currentTimeMillis() + millis;
        clock.bootMillis += Math.abs(millis);
        ResourceLinkFactoryBuilder builder = ResourceLinkFactory.builder().directory(directory);
        clock.drive(builder);
        try (ResourceLinkFactory factory = builder.build()) {
            long collected = factory.collectOrphans(Duration.ZERO).collected().size();
            outcome.count("sweeps with a wrong clock", 1);
            if (collected > 0) {
                outcome.violation("collected from a stopped process: " + collected);
            }
        }
    }
}
