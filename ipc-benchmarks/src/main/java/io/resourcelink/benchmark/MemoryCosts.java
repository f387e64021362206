package io.resourcelink.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.Subchannel;

/**
 * Measures what an open thing takes of a process: opens many, and divides by their number. Memory of the kernel, such as the
 * buffers of a socket, is not among it.
 */
public final class MemoryCosts {

    /** The name of this part of the suite. */
    public static final String PART = "memory";

    /** The way of all figures. */
    static final String WAY = "open";

    /** A link to a segment that another factory has, too. Its payload is not touched. */
    static final String LINK = "link to a segment of 4 KiB";

    /** A handle more to the same. */
    static final String RETAINED = "the same retained";

    /** A subchannel to which nobody sends. */
    static final String SUBCHANNEL = "subchannel";

    /** A channel that has no connection. */
    static final String CHANNEL = "channel";

    /** What is there once a sender is connected to a channel that had no connection. */
    static final String CONNECTION = "connection, both ends";

    /** A sender more over the same connection. */
    static final String SENDER = "sender on it, both ends";

    static final String HEAP = "heap bytes";
    static final String RESIDENT = "resident bytes outside the heap";
    static final String DESCRIPTORS = "descriptors";
    static final String MAPPINGS = "mappings";
    static final String THREADS = "threads";

    private static final String SERVER = "server";

    private final Path directory;
    private final int many;
    private final int some;

    private MemoryCosts(Path directory, boolean smoke) {
        this.directory = directory;
        this.many = smoke ? 4 : 2000;
        this.some = smoke ? 2 : 50;
    }

    /**
     * Measures.
     *
     * @param arguments {@code full}, {@code quick} or {@code smoke}; where to write the results; a directory in shared memory
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        boolean full = arguments[0].equals("full");
        boolean smoke = arguments[0].equals("smoke");
        MemoryCosts costs = new MemoryCosts(Path.of(arguments[2]), smoke);
        Rounds rounds = new Rounds(PART, false);
        rounds.run(smoke ? 0 : 2, full ? Rounds.ENOUGH : smoke ? 1 : 2,
                List.of(costs::links, costs::subchannels, costs::channels, costs::connections));
        Results.write(rounds.measurements(), Path.of(arguments[1]));
    }

    /** What a process has at a moment. */
    private record Usage(long heap, long resident, long descriptors, long mappings, long threads) {

        /** The heap is touched from the start and does not grow, so what it takes of the resident memory is always the same. */
        static Usage now() throws IOException {
            // Objects whose cleaners had to run are gone after the second time.
            System.gc();
            System.gc();
            Path self = Path.of("/proc/self");
            return new Usage(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    Processes.number(self.resolve("smaps_rollup"), "Rss:").orElse(0) << 10, count(self.resolve("fd")),
                    lines(self.resolve("maps")), count(self.resolve("task")));
        }

        private static long count(Path directory) throws IOException {
            try (Stream<Path> files = Files.list(directory)) {
                return files.count();
            }
        }

        private static long lines(Path file) throws IOException {
            try (Stream<String> lines = Files.lines(file)) {
                return lines.count();
            }
        }
    }

    private static <T> List<T> measure(Figures figures, String subject, int count, Function<Integer, T> opening)
            throws IOException {
        List<T> opened = new ArrayList<>(count);
        Usage before = Usage.now();
        for (int number = 0; number < count; number++) {
            opened.add(opening.apply(number));
        }
        Usage after = Usage.now();
        add(figures, subject, HEAP, after.heap() - before.heap(), count);
        add(figures, subject, RESIDENT, after.resident() - before.resident(), count);
        add(figures, subject, DESCRIPTORS, after.descriptors() - before.descriptors(), count);
        add(figures, subject, MAPPINGS, after.mappings() - before.mappings(), count);
        add(figures, subject, THREADS, after.threads() - before.threads(), count);
        return opened;
    }

    private static void add(Figures figures, String subject, String unit, long total, int count) {
        figures.add(subject, WAY, unit, (double) total / count);
    }

    private void links(int round, Figures figures) throws Exception {
        try (ScratchDirectory scratch = new ScratchDirectory(directory);
                ResourceLinkFactory producer = scratch.factory();
                ResourceLinkFactory consumer = scratch.factory()) {
            List<ResourceLink> made = IntStream.range(0, many)
                    .mapToObj(number -> producer.create("key-" + number, ScratchDirectory.PAYLOAD)).toList();
            List<ResourceLink> links = measure(figures, LINK, many, number -> consumer.acquire("key-" + number));
            measure(figures, RETAINED, many, number -> links.get(number).retain()).forEach(ResourceLink::close);
            links.forEach(ResourceLink::close);
            made.forEach(ResourceLink::close);
        }
    }

    private Channel open(ScratchDirectory scratch) {
        return Channel.builder().directory(scratch.path().resolve("channels")).open();
    }

    private void subchannels(int round, Figures figures) throws Exception {
        try (ScratchDirectory scratch = new ScratchDirectory(directory); Channel channel = open(scratch)) {
            measure(figures, SUBCHANNEL, many, _ -> channel.bytes()).forEach(Subchannel::close);
        }
    }

    private void channels(int round, Figures figures) throws Exception {
        try (ScratchDirectory scratch = new ScratchDirectory(directory)) {
            measure(figures, CHANNEL, some, _ -> open(scratch)).forEach(Channel::close);
        }
    }

    private void connections(int round, Figures figures) throws Exception {
        try (ScratchDirectory scratch = new ScratchDirectory(directory);
                Channel serving = open(scratch);
                NamedServer<byte[]> _ = serving.serve(SERVER, byte[].class)) {
            List<Channel> channels = IntStream.range(0, some).mapToObj(_ -> open(scratch)).toList();
            List<SubSender<byte[]>> first = measure(figures, CONNECTION, some, number -> connect(channels.get(number)));
            measure(figures, SENDER, many, _ -> connect(channels.getFirst())).forEach(SubSender::close);
            first.forEach(SubSender::close);
            // Before the directory is removed, to which they would restore their names.
            channels.forEach(Channel::close);
        }
    }

    private static SubSender<byte[]> connect(Channel channel) {
        try {
            return channel.connect(SERVER, byte[].class);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted while it connects.", e);
        }
    }
}
