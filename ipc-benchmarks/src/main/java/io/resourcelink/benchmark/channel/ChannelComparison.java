package io.resourcelink.benchmark.channel;

import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.OneShotServer;

/**
 * Prints what messages between two processes cost, beside a plain Unix-domain socket that carries the same bytes: both in
 * one run, in turns, the median of several rounds. Starts the other process itself. Arguments: {@code --rounds N};
 * {@code --json FILE} for the numbers as JSON; {@code --only TEXT} for the lines whose name begins so.
 */
final class ChannelComparison {

    private static final Workload SMALL = new Workload(Workload.Kind.RESENT, 4 << 10, false, false);
    private static final Workload LARGE = new Workload(Workload.Kind.RESENT, 64 << 20, false, false);
    private static final List<Workload> WORKLOADS = List.of(
            new Workload(Workload.Kind.RECORD, 64, false, false),
            new Workload(Workload.Kind.RECORD, 64, false, true),
            new Workload(Workload.Kind.BYTES, 64, false, false),
            SMALL,
            new Workload(Workload.Kind.RESENT, 1 << 20, false, false),
            new Workload(Workload.Kind.RESENT, 1 << 20, true, false),
            LARGE,
            new Workload(Workload.Kind.RESENT, 64 << 20, true, false),
            new Workload(Workload.Kind.FRESH, 1 << 20, false, false),
            new Workload(Workload.Kind.FRESH, 1 << 20, true, false),
            new Workload(Workload.Kind.FRESH, 64 << 20, false, false),
            new Workload(Workload.Kind.FRESH, 64 << 20, true, false),
            new Workload(Workload.Kind.RECYCLED, 64 << 10, true, false),
            new Workload(Workload.Kind.RECYCLED, 1 << 20, false, false),
            new Workload(Workload.Kind.RECYCLED, 1 << 20, true, false),
            new Workload(Workload.Kind.RECYCLED, 64 << 20, false, false),
            new Workload(Workload.Kind.RECYCLED, 64 << 20, true, false));
    /** Rounds that do not count. Of small messages it takes many until the JIT compiler is done in both processes. */
    private static final int WARM_UPS = 2;
    private static final int SMALL_WARM_UPS = 40;

    private final Writer announcements;
    private final Transport channel;
    private final Transport socket;

    private ChannelComparison(Writer announcements, Transport channel, Transport socket) {
        this.announcements = announcements;
        this.channel = channel;
        this.socket = socket;
    }

    /**
     * What a run was, or the medians of several.
     *
     * @param median half of the round trips took less, in microseconds
     * @param slow 99 of 100 round trips took less, in microseconds
     * @param rate messages a second, one way
     */
    record Run(double median, double slow, double rate) {}

    private record Round(Run channel, Run socket) {}

    /**
     * A line of the table.
     *
     * @param medianRatio the channel's round trip over the socket's, the median of all rounds' ratios
     * @param rateRatio the channel's rate over the socket's
     */
    record Row(String workload, Run channel, Run socket, double medianRatio, double rateRatio) {}

    record Report(Map<String, String> environment, int rounds, List<Row> rows, @Nullable Double largeOverSmallResent) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = 7;
        String only = "";
        Path json = null;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--rounds" -> rounds = Integer.parseInt(arguments[i + 1]);
                case "--json" -> json = Path.of(arguments[i + 1]);
                case "--only" -> only = arguments[i + 1];
                default -> throw new IllegalArgumentException("--rounds N, --json FILE, --only TEXT: " + arguments[i]);
            }
        }
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "ipc-comparison-");
        try {
            Report report = compare(directory, rounds, only);
            print(report);
            if (json != null) {
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValue(json, report);
            }
        } finally {
            Files.deleteIfExists(directory.resolve("socket"));
            Files.deleteIfExists(directory.resolve("channels"));
            Files.delete(directory);
        }
    }

    private static Report compare(Path directory, int rounds, String only) throws Exception {
        Path path = directory.resolve("socket");
        Channel opened = ChannelTransport.open(directory.resolve("channels"));
        try (opened;
                OneShotServer<?> server = ChannelTransport.serve(opened);
                ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(path));
            Process peer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                    ComparisonPeer.class.getName(), directory.resolve("channels").toString(), server.name(),
                    path.toString()).redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT).start();
            try (Writer announcements = peer.outputWriter(StandardCharsets.UTF_8);
                    Transport channel = ChannelTransport.accept(opened, server);
                    Transport socket = new SocketTransport(listening.accept())) {
                return new ChannelComparison(announcements, channel, socket).compare(rounds, only);
            } finally {
                if (!peer.waitFor(10, TimeUnit.SECONDS)) {
                    peer.destroyForcibly().waitFor();
                }
            }
        }
    }

    private Report compare(int rounds, String only) throws IOException, InterruptedException {
        String before = load();
        List<Workload> chosen = WORKLOADS.stream().filter(workload -> workload.label().startsWith(only)).toList();
        Map<Workload, List<Round>> all = new LinkedHashMap<>();
        for (int number = -SMALL_WARM_UPS; number < rounds; number++) {
            for (Workload workload : chosen) {
                if (number < -WARM_UPS && workload.kind().isRegion() && !workload.equals(SMALL)) {
                    continue;
                }
                Round round = round(workload, number % 2 == 0);
                if (number >= 0) {
                    all.computeIfAbsent(workload, _ -> new ArrayList<>()).add(round);
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        all.forEach((workload, of) -> rows.add(new Row(workload.label(), medians(of, Round::channel),
                medians(of, Round::socket), median(of, round -> round.channel().median() / round.socket().median()),
                median(of, round -> round.channel().rate() / round.socket().rate()))));
        return new Report(environment(before), rounds, rows, growth(all));
    }

    /** What a large region that is sent again costs, over a small one, in the same round. */
    private static @Nullable Double growth(Map<Workload, List<Round>> all) {
        List<Round> small = all.get(SMALL);
        List<Round> large = all.get(LARGE);
        if (small == null || large == null) {
            return null;
        }
        List<Double> growth = new ArrayList<>();
        for (int i = 0; i < small.size(); i++) {
            growth.add(large.get(i).channel().median() / small.get(i).channel().median());
        }
        return median(growth, ratio -> ratio);
    }

    private Round round(Workload workload, boolean channelFirst) throws IOException, InterruptedException {
        Run first = run(workload, channelFirst);
        Run second = run(workload, !channelFirst);
        return channelFirst ? new Round(first, second) : new Round(second, first);
    }

    private Run run(Workload workload, boolean ofChannel) throws IOException, InterruptedException {
        Transport transport = ofChannel ? channel : socket;
        int count = ofChannel ? workload.channelCount() : workload.socketCount();
        announce(ComparisonPeer.command(ofChannel, workload, count, true));
        long[] times = transport.roundTrips(workload, count);
        announce(ComparisonPeer.command(ofChannel, workload, count, false));
        double rate = transport.rate(workload, count);
        return new Run(times[count / 2] / 1e3, times[count * 99 / 100] / 1e3, rate);
    }

    private void announce(String line) throws IOException {
        announcements.write(line);
        announcements.flush();
    }

    private static Run medians(List<Round> rounds, Function<Round, Run> side) {
        return new Run(median(rounds, round -> side.apply(round).median()),
                median(rounds, round -> side.apply(round).slow()), median(rounds, round -> side.apply(round).rate()));
    }

    private static <T> double median(List<T> values, ToDoubleFunction<T> number) {
        double[] sorted = values.stream().mapToDouble(number).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static Map<String, String> environment(String before) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        environment.put("kernel", System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        environment.put("java", System.getProperty("java.vm.vendor") + " " + Runtime.version());
        environment.put("load before", before);
        environment.put("load after", load());
        environment.put("encoded record", ChannelTransport.encodedSize() + " bytes");
        return environment;
    }

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
    }

    private static void print(Report report) {
        report.environment().forEach((name, value) -> System.out.printf("%-15s %s%n", name, value));
        System.out.printf("%nMedian of %d rounds. A region's touched variant reads a byte of each page; a socket copies"
                + " all bytes.%n%n", report.rounds());
        System.out.printf("%-32s %30s   %30s%n", "", "round trip, us (99 %)", "one way, messages/s");
        System.out.printf("%-32s %12s %12s %5s   %10s %10s %6s%n", "", "channel", "socket", "ratio", "channel",
                "socket",
                "ratio");
        for (Row row : report.rows()) {
            System.out.printf("%-32s %7.0f(%5.0f)%7.0f(%5.0f) %5.2f  %10.0f %10.0f %6.2f%n", row.workload(),
                    row.channel().median(), row.channel().slow(), row.socket().median(), row.socket().slow(),
                    row.medianRatio(), row.channel().rate(), row.socket().rate(), row.rateRatio());
        }
        if (report.largeOverSmallResent() != null) {
            System.out.printf("%nA re-sent region of 64 MiB costs %.2f times one of 4 KiB.%n",
                    report.largeOverSmallResent());
        }
    }
}
