package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.resourcelink.benchmark.CProgram;
import io.resourcelink.benchmark.Line;
import io.resourcelink.benchmark.Measurement;
import io.resourcelink.benchmark.Results;
import io.resourcelink.benchmark.Rounds;
import io.resourcelink.benchmark.ScratchDirectory;

/**
 * The process that hands payloads over whose sizes are drawn at random, and as many bytes in payloads of one size. It measures
 * as {@link Producer} does. Each payload is a new array, so that neither of the two has its source in the cache. Payloads have
 * different sizes, so a figure is the time of all of them by their bytes. If there is a C compiler, a program in C is measured in the
 * same rounds: it makes the system calls of recycled segments, copies as many bytes, and does nothing else.
 */
public final class SizeComparison {

    /** The name of this part. It is chosen with the hand-offs. */
    public static final String PART = "handoff-sizes";

    /** The subject of payloads of the same size. */
    public static final String EQUAL = "8.5 MiB each";

    /** The subject of payloads of any size. */
    public static final String DRAWN = "1 to 16 MiB at random";

    /** The unit of a time. */
    public static final String MICROS = "us/MiB";

    /** The unit of what payloads of any size take, by what those of one size take in the same round. */
    public static final String OVER_EQUAL = "over equal";

    /** The unit of what payloads of any size take, by what the socket takes for them in the same round. */
    public static final String OVER_SOCKET = "over the socket";

    /** The unit of what the library takes, by what the program in C takes in the same round. */
    public static final String OVER_C = "over C";

    /** The name of the program in C, as a way. */
    static final String FLOOR = "floor";

    /** Its source. */
    static final String SOURCE = "handoff-floor.c";

    private static final int MIB = 1 << 20;
    private static final int EACH = 17 * MIB / 2;
    private static final String SOCKET = "unix";
    private static final String RECYCLED = "recycled";
    private static final List<String> WAYS = List.of(SOCKET, "fresh", RECYCLED);

    private final Path directory;
    private final Crew crew;
    private final @Nullable CProgram floor;
    private final int count;
    private final byte[] source = new byte[16 * MIB];
    private long sequence;

    private SizeComparison(Path directory, Crew crew, @Nullable CProgram floor, int count) {
        this.directory = directory;
        this.crew = crew;
        this.floor = floor;
        this.count = count;
        new Random(MIB).nextBytes(source);
    }

    /**
     * Measures.
     *
     * @param arguments whether a few rounds will do; where to write the results; a directory in shared memory
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        boolean quick = Boolean.parseBoolean(arguments[0]);
        List<Measurement> measured = measure(Path.of(arguments[2]), quick ? 60 : 100, new Rounds(PART, !quick),
                quick ? 2 : Rounds.ENOUGH);
        Results.write(measured, Path.of(arguments[1]));
    }

    /**
     * {@return what a table says of a way}
     *
     * @param way its name
     */
    public static String label(String way) {
        return way.equals(FLOOR) ? "recycled, the same system calls in C" : Producer.label(way);
    }

    /** Measures so many rounds with so many payloads in each session. */
    static List<Measurement> measure(Path parent, int count, Rounds rounds, int most) throws Exception {
        try (ScratchDirectory directory = new ScratchDirectory(parent);
                Crew crew = new Crew(directory.path(), 1);
                CProgram floor = CProgram.start(SOURCE, List.of(directory.path().toString())).orElse(null)) {
            return new SizeComparison(directory.path(), crew, floor, count).measure(rounds, most);
        }
    }

    private List<Measurement> measure(Rounds rounds, int most) throws Exception {
        List<String> ways = floor == null ? WAYS : Stream.concat(WAYS.stream(), Stream.of(FLOOR)).toList();
        rounds.run(1, most, List.of((number, figures) -> {
            for (int turn = 0; turn < ways.size(); turn++) {
                String way = ways.get(Math.floorMod(turn + number, ways.size()));
                double equal = session(way, EACH, EACH);
                double drawn = session(way, MIB, 16 * MIB);
                figures.add(EQUAL, way, MICROS, equal);
                figures.add(DRAWN, way, MICROS, drawn);
                figures.add(DRAWN, way, OVER_EQUAL, drawn / equal);
            }
        }));
        for (String way : ways) {
            rounds.figures().compare(DRAWN, way, SOCKET, MICROS, OVER_SOCKET);
        }
        rounds.figures().compare(DRAWN, RECYCLED, FLOOR, MICROS, OVER_C);
        rounds.figures().compare(EQUAL, RECYCLED, FLOOR, MICROS, OVER_C);
        return rounds.measurements();
    }

    private double session(String way, int smallest, int largest) throws Exception {
        return floor != null && way.equals(FLOOR)
                ? floor.ask("segments " + smallest + " " + largest + " " + count)
                : session(Ways.of(way), smallest, largest);
    }

    /** Hands over payloads. As many go before those that are measured. Answers how many microseconds a mebibyte takes. */
    private double session(Way way, int smallest, int largest) throws Exception {
        int warmUps = count;
        double micros = 0;
        long bytes = 0;
        try (ScratchDirectory scratch = new ScratchDirectory(directory)) {
            Session session = new Session(scratch.path(), smallest, largest, largest, 1, 0);
            try (Sender sender = way.sender(session)) {
                sender.connect(crew.open(Consumer.order(way, warmUps + count, session.at(sender.address()))));
                for (int number = 0; number < warmUps + count; number++) {
                    Checksum.stamp(source, ++sequence);
                    byte[] payload = Arrays.copyOf(source, session.size(number));
                    double took = handOver(sender, payload);
                    if (number >= warmUps) {
                        micros += took;
                        bytes += payload.length;
                    }
                }
                crew.receive();
            }
        }
        return micros * MIB / bytes;
    }

    private double handOver(Sender sender, byte[] payload) throws Exception {
        long expected = Checksum.of(payload, payload.length);
        long begin = System.nanoTime();
        sender.send(payload, sequence, crew.lines());
        Line line = crew.lines().getFirst();
        if (line.receive() != expected) {
            throw new IOException("Other bytes came than were sent.");
        }
        double micros = (line.second() - begin) / 1e3;
        sender.release();
        crew.receive();
        return micros;
    }
}
