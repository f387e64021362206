package io.resourcelink.benchmark.destination;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.JavaProcess;
import io.resourcelink.benchmark.Measurement;
import io.resourcelink.benchmark.Results;
import io.resourcelink.benchmark.Rounds;
import io.resourcelink.benchmark.ScratchDirectory;
import io.resourcelink.benchmark.destination.Taker.Parcel;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Publisher;
import io.resourcelink.channel.SubSender;

/** The process that sends to several others, and measures what that costs it. */
public final class Distributor {

    /** The part of the suite. */
    public static final String PART = "destinations";
    /** A message with a link to 4 MiB, for eight processes. */
    public static final String EIGHT = "link of 4 MiB to 8 processes";
    /** Published once. */
    public static final String PUBLISHED = "published";
    /** One send with the link, seven without. */
    public static final String SENT = "1 send with it + 7 without payload";
    /** The ratio of the two, round by round. */
    public static final String OVER_SENDS = "the sends' time";
    /** The processor time of the thread that sends. */
    public static final String PROCESSOR_TIME = "us of processor time";
    /** The ratio of the two processor times, round by round. */
    public static final String OVER_PROCESSOR_TIME = "the sends' processor time";
    /** Small messages, as many as are handled. */
    public static final String QUEUE = "queue of small messages";
    /** To the only consumer. */
    public static final String ONE = "1 consumer";
    /** To four of them. */
    public static final String FOUR = "4 consumers";
    /** The ratio of four consumers to one, round by round. */
    public static final String OVER_ONE = "one's time";

    private static final int SUBSCRIBERS = 8;
    private static final int PAYLOAD = 4 << 20;

    /** After so many calls, the JVM has compiled both ways. Publishing once is one call where sending to eight is eight. */
    private static final int COMPILED = 20_000;

    private final Channel channel;
    private final boolean quick;
    private final Rounds rounds;

    private Distributor(Channel channel, boolean quick) {
        this.channel = channel;
        this.quick = quick;
        this.rounds = new Rounds(PART, !quick);
    }

    /**
     * Measures.
     *
     * @param arguments whether a few rounds will do; where to write the results; a directory in shared memory
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        boolean quick = Boolean.parseBoolean(arguments[0]);
        List<Process> takers = new ArrayList<>();
        try (ScratchDirectory scratch = new ScratchDirectory(Path.of(arguments[2]))) {
            Path segments = Files.createDirectory(scratch.path().resolve("segments"));
            Path channels = scratch.path().resolve("channels");
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(segments).build();
                    Channel channel = Channel.builder().directory(channels).segments(factory).open();
                    ResourceLink payload = factory.publish("payload", Content.of(new byte[PAYLOAD]))) {
                for (int i = 0; i < SUBSCRIBERS; i++) {
                    takers.add(start(segments, channels, i));
                }
                Distributor distributor = new Distributor(channel, quick);
                Results.write(distributor.measure(payload), Path.of(arguments[1]));
            } finally {
                for (Process taker : takers) {
                    taker.outputWriter().close();
                }
                takers.forEach(JavaProcess::awaitEnd);
            }
        }
    }

    private static Process start(Path segments, Path channels, int number) throws IOException {
        Process taker = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Taker.class.getName(), segments.toString(), channels.toString(),
                String.valueOf(number)).redirectError(Redirect.INHERIT).start();
        if (!"ready".equals(taker.inputReader().readLine())) {
            throw new IllegalStateException("A taker has not begun.");
        }
        return taker;
    }

    private List<Measurement> measure(ResourceLink payload) throws Exception {
        int most = quick ? 3 : Rounds.ENOUGH;
        int warmUps = quick ? 3 : 10;
        List<SubSender<Parcel>> singles = new ArrayList<>();
        try (Publisher<Parcel> publisher = channel.publisher(Taker.TOPIC, Taker.PARCELS);
                SubSender<Parcel> one = channel.connect(Taker.queue(1), Taker.PARCELS);
                SubSender<Parcel> four = channel.connect(Taker.queue(4), Taker.PARCELS)) {
            for (int i = 0; i < SUBSCRIBERS; i++) {
                singles.add(channel.connect(Taker.single(i), Taker.PARCELS));
            }
            for (int i = 0; i < (quick ? 100 : COMPILED); i++) {
                publish(publisher, new Parcel(i, payload));
                send(singles, i, payload);
            }
            rounds.run(warmUps, most, List.of((_, figures) -> {
                add(figures, PUBLISHED, cost(100, number -> publish(publisher, new Parcel(number, payload))));
                add(figures, SENT, cost(100, number -> send(singles, number, payload)));
                figures.compare(EIGHT, PUBLISHED, SENT, "us", OVER_SENDS);
                figures.compare(EIGHT, PUBLISHED, SENT, PROCESSOR_TIME, OVER_PROCESSOR_TIME);
            }, (_, figures) -> {
                figures.add(QUEUE, ONE, "us", stream(one));
                figures.add(QUEUE, FOUR, "us", stream(four));
                figures.compare(QUEUE, FOUR, ONE, "us", OVER_ONE);
            }));
        } finally {
            singles.forEach(SubSender::close);
        }
        return rounds.measurements();
    }

    private static void add(Figures figures, String way, Cost cost) {
        figures.add(EIGHT, way, "us", cost.micros());
        figures.add(EIGHT, way, PROCESSOR_TIME, cost.processorMicros());
    }

    private static void publish(Publisher<Parcel> publisher, Parcel parcel) throws InterruptedException {
        if (publisher.publish(parcel).reached() != SUBSCRIBERS) {
            throw new IllegalStateException("A subscriber was not reached.");
        }
    }

    private static void send(List<SubSender<Parcel>> singles, int number, ResourceLink payload)
            throws InterruptedException {
        singles.getFirst().send(new Parcel(number, payload));
        for (SubSender<Parcel> single : singles.subList(1, singles.size())) {
            single.send(new Parcel(number, null));
        }
    }

    private interface Step {

        void run(int number) throws InterruptedException;
    }

    /**
     * What a step takes.
     *
     * @param micros until it is done, also while the others have the processors
     * @param processorMicros of the thread that does it
     */
    private record Cost(double micros, double processorMicros) {}

    /** The medians of some steps. In between the others have time to take what they got, so that none waits for credit. */
    private static Cost cost(int steps, Step step) throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        List<Double> times = new ArrayList<>();
        List<Double> processorTimes = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            long begin = System.nanoTime();
            long processorBegin = threads.getCurrentThreadCpuTime();
            step.run(i);
            processorTimes.add((threads.getCurrentThreadCpuTime() - processorBegin) / 1e3);
            times.add((System.nanoTime() - begin) / 1e3);
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return new Cost(Measurement.median(times), Measurement.median(processorTimes));
    }

    /** How long a message takes if there are many: a few may wait to be handled, so it is as long as handling takes. */
    private double stream(SubSender<Parcel> sender) throws InterruptedException {
        int count = quick ? 5_000 : 20_000;
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            sender.send(new Parcel(i, null));
        }
        return (System.nanoTime() - begin) / 1e3 / count;
    }
}
