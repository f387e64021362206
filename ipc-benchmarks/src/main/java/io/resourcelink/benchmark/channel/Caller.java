package io.resourcelink.benchmark.channel;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

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
    private final Rounds rounds;

    private Caller(Plan plan, Path directory, Peer peer, @Nullable ChannelFloor floor) {
        this.plan = plan;
        this.floor = floor;
        this.directory = directory;
        this.peer = peer;
        this.rounds = new Rounds(PART, plan.discarding());
    }

    /**
     * Measures.
     *
     * @param arguments {@code full}, {@code quick} or {@code smoke}; where to write the results; a directory in shared memory
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        try (Peer peer = Peer.start(); ChannelFloor floor = ChannelFloor.start().orElse(null)) {
            Caller caller = new Caller(Plan.of(arguments[0]), Path.of(arguments[2]), peer, floor);
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

    /** {@return the ways, in the order of the tables} */
    public static List<String> ways() {
        return Stream.concat(Ways.ALL.stream().map(Way::name), ChannelFloor.names().stream()).toList();
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
            if (floor != null && workload == Workload.BYTES) {
                floor.measure(workload, plan.count(workload), figures);
            }
        };
    }

    private Session session(Way way, Workload workload) {
        return new Session(peer, way, workload, plan.count(workload));
    }

    private void compare() {
        for (Workload workload : plan.workloads()) {
            String subject = workload.label();
            for (Way way : ways(workload)) {
                compare(subject, way.name(), way.mode());
            }
        }
        for (Mode mode : Mode.values()) {
            compare(smallBytes(), ChannelFloor.name(mode), mode);
        }
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
