package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Line;
import io.resourcelink.benchmark.Measurement;
import io.resourcelink.benchmark.Results;
import io.resourcelink.benchmark.Rounds;
import io.resourcelink.benchmark.ScratchDirectory;

/**
 * The process that hands payloads over and measures how long that takes: from the moment it begins to fill from an array
 * in its heap until the last consumer has read its part. A consumer says when that was: {@link System#nanoTime} of a JVM on
 * Linux is {@code CLOCK_MONOTONIC}, which all processes share. Each size goes in rounds, in each round every way has its
 * turn, and so has a plain copy of the same bytes into warm memory.
 */
public final class Producer {

    private final Plan plan;
    private final Path directory;
    private final @Nullable Path hugePages;
    private final Crew crew;
    private final Rounds rounds;
    private long sequence;

    private Producer(Plan plan, Path directory, @Nullable Path hugePages, Crew crew) {
        this.plan = plan;
        this.rounds = new Rounds(plan.part(), plan.discarding());
        this.directory = directory;
        this.hugePages = hugePages;
        this.crew = crew;
    }

    /** {@return the names of all ways, in the order of the tables} */
    public static List<String> ways() {
        return Ways.names();
    }

    /**
     * {@return what a table says of a way, its name if there is no such way any more}
     *
     * @param way its name
     */
    public static String label(String way) {
        return Ways.find(way).map(Way::label).orElse(way);
    }

    /**
     * {@return whether a way is one of this library}
     *
     * @param way its name
     */
    public static boolean isOurs(String way) {
        return Ways.find(way).filter(Ways::isOurs).isPresent();
    }

    /**
     * {@return the unit of times in those of another way}
     *
     * @param way the name of the other way
     */
    public static String time(String way) {
        return way + "'s time";
    }

    /**
     * Measures a part.
     *
     * @param arguments its name; whether a few rounds will do; where to write the results; a directory in shared memory;
     * one on huge pages, or a hyphen
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        Plan plan = Plan.of(arguments[0], Boolean.parseBoolean(arguments[1]));
        Path hugePages = arguments[4].equals("-") ? null : Path.of(arguments[4]);
        try (ScratchDirectory directory = new ScratchDirectory(Path.of(arguments[3]));
                Crew crew = new Crew(directory.path(), plan.consumers())) {
            Producer producer = new Producer(plan, directory.path(), hugePages, crew);
            producer.warmUp();
            for (int bytes : plan.sizes()) {
                producer.measure(bytes);
            }
            Results.write(producer.rounds.measurements(), Path.of(arguments[2]));
        }
    }

    /** Hands over so many small payloads that nothing is interpreted any more; of large ones there are too few. */
    private void warmUp() throws Exception {
        byte[] source = source(Plan.WARM_UP_BYTES);
        for (int round = 0; round < plan.warmUpRounds(); round++) {
            for (Way way : chosen()) {
                measure(new Figures(), way, source, 1, 1);
            }
        }
    }

    private static byte[] source(int bytes) {
        byte[] source = new byte[bytes];
        new Random(bytes).nextBytes(source);
        return source;
    }

    private List<Way> chosen() {
        return plan.ways().stream().map(Ways::of).filter(way -> !way.onHugePages() || hugePages != null).toList();
    }

    private void measure(int bytes) throws Exception {
        byte[] source = source(bytes);
        List<Way> ways = chosen();
        try (PlainCopy copy = new PlainCopy(bytes)) {
            rounds.run(1, plan.rounds(bytes), List.of((number, figures) -> {
                double plain = copy.micros(source, plan.count(bytes));
                figures.add(String.valueOf(bytes), "copy", "us", plain);
                for (int turn = 0; turn < ways.size(); turn++) {
                    Way way = ways.get(Math.floorMod(turn + number, ways.size()));
                    for (int fraction : plan.fractions()) {
                        measure(figures, way, source, fraction, plain);
                    }
                }
            }));
        }
        compare(String.valueOf(bytes));
        System.out.println("  " + plan.part() + " of " + bytes + " bytes");
    }

    /** What a target compares, round by round. */
    private void compare(String subject) {
        Figures figures = rounds.figures();
        figures.compare(subject, "recycled", "unix", "us", time("unix"));
        figures.compare(subject, "recycled", "aeron", "us", time("aeron"));
    }

    private void measure(Figures figures, Way way, byte[] source, int fraction, double plain) throws Exception {
        Path parent = way.onHugePages() && hugePages != null ? hugePages : directory;
        try (ScratchDirectory scratch = new ScratchDirectory(parent)) {
            Session session = new Session(scratch.path(), source.length, source.length, source.length / fraction,
                    plan.consumers(), 0);
            int count = plan.count(source.length);
            Times times = session(way, session, source, way.warmUps(count), count);
            String subject = source.length + (fraction == 1 ? "" : "/" + fraction);
            figures.add(subject, way.name(), "us", times.whole());
            figures.add(subject, way.name(), "copies", times.whole() / plain);
            figures.add(subject, way.name(), "us to read", times.reading());
        }
    }

    /** Medians of a session, in microseconds. */
    private record Times(double whole, double reading) {}

    private Times session(Way way, Session session, byte[] source, int warmUps, int count) throws Exception {
        long base = Checksum.of(source, session.read());
        List<Double> whole = new ArrayList<>();
        List<Double> reading = new ArrayList<>();
        try (Sender sender = way.sender(session)) {
            sender.connect(crew.open(Consumer.order(way, warmUps + count, session.at(sender.address()))));
            for (int number = 0; number < warmUps + count; number++) {
                if (number == 0 || !way.repeats()) {
                    base += Checksum.stamp(source, ++sequence);
                }
                long begin = System.nanoTime();
                sender.send(source, sequence, crew.lines());
                long end = lastOf(crew.lines(), way, base);
                if (end < begin || end > System.nanoTime()) {
                    throw new IllegalStateException("The processes do not share a clock.");
                }
                sender.release();
                crew.receive();
                if (number >= warmUps) {
                    whole.add((end - begin) / 1e3);
                    reading.add(slowest(crew.lines()) / 1e3);
                }
            }
            crew.receive();
        }
        return new Times(Measurement.median(whole), Measurement.median(reading));
    }

    /** Waits until every consumer has said what it has read. Answers when the last of them had. */
    private static long lastOf(List<Line> lines, Way way, long expected) throws IOException {
        long last = Long.MIN_VALUE;
        for (Line line : lines) {
            if (line.receive() != expected) {
                throw new IllegalStateException("Way " + way.name() + " brought other bytes than were sent.");
            }
            last = Math.max(last, line.second());
        }
        return last;
    }

    /** How long reading took who took longest, as they have just said. */
    private static long slowest(List<Line> lines) {
        return lines.stream().mapToLong(Line::second).max().orElseThrow();
    }
}
