package io.resourcelink.benchmark.channel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.Results;
import io.resourcelink.benchmark.Rounds;
import io.resourcelink.benchmark.ScratchDirectory;

/**
 * The process that sends messages and measures what they cost. In a round of a workload every way has a session. Ends are opened for a
 * session and closed after it, so that nothing else runs meanwhile.
 */
public final class Caller {

    /** The name of this part of the suite. */
    public static final String PART = "channels";

    /** The unit of messages a second, one way. */
    public static final String RATE = "messages/s";

    /** The unit of times there and back in those of the socket in the same mode. */
    public static final String SOCKETS_TIME = "socket's time";

    /** The unit of rates in those of the socket in the same mode. */
    public static final String SOCKETS_RATE = "socket's rate";

    /** The unit of rates in those of the channel as it comes, in the same mode. */
    public static final String DEFAULTS_RATE = "channel's rate";

    /** The unit of times there and back in those of the same system calls in C, in the same mode. */
    public static final String FLOORS_TIME = "time in C";

    /** The unit of rates in those of the same system calls in C, in the same mode. */
    public static final String FLOORS_RATE = "rate in C";

    /** The unit of times there and back in those of a channel of an older version, in the same mode. */
    public static final String OLDERS_TIME = "older version's time";

    /** The unit of rates in those of a channel of an older version, in the same mode. */
    public static final String OLDERS_RATE = "older version's rate";

    /** The unit of bytes that both processes allocate in their heaps for a message there and back. */
    public static final String BYTES = "allocated bytes";

    /** The same of a message one way. */
    public static final String BYTES_ONE_WAY = "allocated bytes, one way";

    /** The unit of how often a thread of both processes goes to sleep for a message there and back. */
    public static final String WAKE_UPS = "wake-ups";

    /** The same of a message one way. */
    public static final String WAKE_UPS_ONE_WAY = "wake-ups, one way";

    /** The unit of system calls of all threads of both processes for a message there and back. */
    public static final String SYSTEM_CALLS = "system calls";

    /** The same of a message one way. */
    public static final String SYSTEM_CALLS_ONE_WAY = "system calls, one way";

    private final Plan plan;
    private final Path directory;
    private final Peer peer;
    private final @Nullable ChannelFloor floor;
    private @Nullable OlderVersion older;
    private final Rounds rounds;

    private Caller(Plan plan, Path directory, Peer peer, @Nullable ChannelFloor floor,
            @Nullable OlderVersion older) {
        this.plan = plan;
        this.floor = floor;
        this.older = older;
        this.directory = directory;
        this.peer = peer;
        this.rounds = new Rounds(PART, plan.discarding());
    }

    /**
     * Measures.
     *
     * @param arguments {@code full}, {@code quick} or {@code smoke}; where to write the results; a directory in shared memory;
     *        and, if an older version is to be measured, its classes
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        try (Peer peer = Peer.start();
                ChannelFloor floor = ChannelFloor.start().orElse(null);
                OlderVersion older = arguments.length > 3 ? OlderVersion.start(Path.of(arguments[3])) : null) {
            Caller caller = new Caller(Plan.of(arguments[0]), Path.of(arguments[2]), peer, floor, older);
            caller.rounds.run(caller.plan.warmUps(), caller.plan.rounds(),
                    caller.plan.workloads().stream().map(caller::round).toList());
            caller.compare();
            caller.countSystemCalls();
            Results.write(caller.rounds.measurements(), Path.of(arguments[1]));
        }
    }

    /**
     * {@return the name of a channel as it comes}
     *
     * @param mode how both processes wait
     */
    public static String channel(Mode mode) {
        return new ChannelWay(mode, Variant.DEFAULTS).name();
    }

    /** {@return the subject of 64 bytes that no codec touches} */
    public static String smallBytes() {
        return Workload.BYTES.label();
    }

    /** {@return the subjects, in the order of the tables} */
    public static List<String> workloads() {
        return Arrays.stream(Workload.values()).map(Workload::label).toList();
    }

    /** {@return the ways, in the order of the tables, without those that have a table of their own} */
    public static List<String> ways() {
        return Ways.ALL.stream().map(Way::name).toList();
    }

    /**
     * {@return the name of the system calls of a channel in C}
     *
     * @param mode how both processes wait
     */
    public static String floor(Mode mode) {
        return ChannelFloor.name(mode);
    }

    /**
     * {@return the same with regions that go round}
     *
     * @param mode how both processes wait
     */
    public static String recycledFloor(Mode mode) {
        return ChannelFloor.recycled(mode);
    }

    /**
     * {@return the name of a channel of an older version}
     *
     * @param mode how both processes wait
     */
    public static String older(Mode mode) {
        return OlderVersion.name(mode);
    }

    /**
     * {@return the subject of a payload that is filled for each message}
     *
     * @param size its bytes
     */
    public static String filled(int size) {
        return Arrays.stream(Workload.values()).filter(workload -> workload.isFilled() && workload.size() == size)
                .map(Workload::label).findFirst().orElseThrow();
    }

    /** {@return the subject of a small record} */
    public static String smallRecord() {
        return Workload.RECORD.label();
    }

    /**
     * {@return the name of a channel with batching}
     *
     * @param mode how both processes wait
     */
    public static String batching(Mode mode) {
        return new ChannelWay(mode, Variant.BATCHING).name();
    }

    /**
     * {@return the name of a channel on which four threads send}
     *
     * @param mode how both processes wait
     */
    public static String fourThreads(Mode mode) {
        return new ChannelWay(mode, Variant.FOUR_THREADS).name();
    }

    /**
     * {@return the name of a channel with regions that go round}
     *
     * @param mode how both processes wait
     */
    public static String recycled(Mode mode) {
        return new ChannelWay(mode, Variant.RECYCLED).name();
    }

    /**
     * {@return the name of a channel with regions that go round, and that are filled and read in calls}
     *
     * @param mode how both processes wait
     */
    public static String inCalls(Mode mode) {
        return new ChannelWay(mode, Variant.RECYCLED_IN_CALLS).name();
    }

    /**
     * {@return the name of the socket}
     *
     * @param mode how both processes wait
     */
    public static String socket(Mode mode) {
        return new SocketWay(mode).name();
    }

    private List<Way> ways(Workload workload) {
        return plan.ways().stream().filter(way -> way.carries(workload)).toList();
    }

    private Rounds.Round round(Workload workload) {
        List<Way> ways = ways(workload);
        return (number, figures) -> {
            for (int turn = 0; turn < ways.size(); turn++) {
                Way way = ways.get(Math.floorMod(turn + number, ways.size()));
                try (ScratchDirectory scratch = new ScratchDirectory(directory)) {
                    session(way, workload).measure(scratch, figures);
                }
            }
            if (floor != null && ChannelFloor.carries(workload)) {
                floor.measure(workload, plan.counts(workload), figures);
            }
            if (older != null && OlderVersion.carries(workload)) {
                measure(older, workload, figures);
            }
        };
    }

    /** If the older version fails, the others are measured without it. It has fewer rounds then, which the table of targets says. */
    private void measure(OlderVersion version, Workload workload, Figures figures) {
        try {
            version.measure(workload, plan.counts(workload), directory, figures);
        } catch (IOException e) {
            System.err.println("The older version is not measured any more: " + e);
            older = null;
        }
    }

    private Session session(Way way, Workload workload) {
        return new Session(peer, way, workload, plan.counts(workload));
    }

    private void compare() {
        for (Workload workload : plan.workloads()) {
            String subject = workload.label();
            for (Way way : ways(workload)) {
                compare(subject, way.name(), way.mode());
            }
            for (Mode mode : Mode.values()) {
                compare(subject, mode);
            }
        }
    }

    /** With what the ways of a mode are compared, if that was measured. */
    private void compare(String subject, Mode mode) {
        compare(subject, floor(mode), mode);
        compare(subject, recycledFloor(mode), mode);
        compare(subject, channel(mode), floor(mode), FLOORS_TIME, FLOORS_RATE);
        compare(subject, recycled(mode), recycledFloor(mode), FLOORS_TIME, FLOORS_RATE);
        compare(subject, inCalls(mode), recycledFloor(mode), FLOORS_TIME, FLOORS_RATE);
        compare(subject, channel(mode), older(mode), OLDERS_TIME, OLDERS_RATE);
        compare(subject, batching(mode), older(mode), OLDERS_TIME, OLDERS_RATE);
    }

    private void compare(String subject, String way, String other, String time, String rate) {
        rounds.figures().compare(subject, way, other, "us", time);
        rounds.figures().compare(subject, way, other, RATE, rate);
    }

    private void compare(String subject, String way, Mode mode) {
        Figures figures = rounds.figures();
        figures.compare(subject, way, socket(mode), "us", SOCKETS_TIME);
        figures.compare(subject, way, socket(mode), RATE, SOCKETS_RATE);
        figures.compare(subject, way, channel(mode), RATE, DEFAULTS_RATE);
    }

    private void countSystemCalls() throws Exception {
        for (Workload workload : plan.workloads()) {
            for (Way way : ways(workload)) {
                try (ScratchDirectory scratch = new ScratchDirectory(directory)) {
                    session(way, workload).countSystemCalls(scratch, rounds.figures());
                }
            }
        }
    }
}
