package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs all benchmarks, or some parts of them, and reports: a Markdown table for each part on the standard output, the same in
 * {@code results.md}, and everything that was measured in {@code results.json}. From such a file the tables and the
 * chart of the documentation are written, so that they cannot say anything else.
 */
public final class BenchmarkSuite {

    private static final List<Part> PARTS = List.of(new Operations(), ChildPart.HANDOFF, ChildPart.SIZES,
            ChildPart.PARTIAL, ChildPart.FANOUT, ChildPart.CHANNELS, ChildPart.IDLE, ChildPart.MEMORY,
            ChildPart.DESTINATIONS,
            ChildPart.MESSAGING, new Claims());

    private final Options options;

    private BenchmarkSuite(Options options) {
        this.options = options;
    }

    /**
     * Runs it.
     *
     * @param arguments see {@link Options}
     * @throws Exception if a part fails
     */
    public static void main(String[] arguments) throws Exception {
        new BenchmarkSuite(Options.parse(arguments)).run();
    }

    private void run() throws Exception {
        Results results = options.from() == null ? measured() : Results.read(options.from());
        Files.createDirectories(options.output());
        results.write(options.output().resolve("results.json"));
        Map<String, String> tables = new Tables(results).markdown();
        Files.writeString(options.output().resolve("results.md"), String.join("\n", tables.values()));
        tables.values().forEach(System.out::println);
        if (options.documentation() != null) {
            document(results, tables, options.documentation());
        }
    }

    private Results measured() throws Exception {
        long begin = System.nanoTime();
        Path mountPoint = Files.createTempDirectory("ipc-huge-pages-");
        ScratchDirectory directory = new ScratchDirectory();
        Thread net = new Thread(() -> close(directory));
        Runtime.getRuntime().addShutdownHook(net);
        try (directory) {
            HugePages hugePages = options.hugePages() == null
                    ? HugePages.mounted(mountPoint)
                    : HugePages.at(options.hugePages());
            Run run = new Run(options.quick(), directory.path(), hugePages, options.before());
            Map<String, String> environment = Environment.before(run);
            List<Measurement> measurements = new ArrayList<>();
            for (Part part : PARTS) {
                if (options.includes(part.part())) {
                    System.out.println(part.part());
                    long partBegin = System.nanoTime();
                    measurements.addAll(part.measure(run));
                    System.out.println(part.part() + ": " + seconds(partBegin));
                }
            }
            environment.put("load after", Environment.load());
            environment.put("took", seconds(begin));
            return new Results(environment, measurements);
        } finally {
            Runtime.getRuntime().removeShutdownHook(net);
            Files.delete(mountPoint);
        }
    }

    private static String seconds(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s";
    }

    /** For a run that is interrupted. */
    private static void close(ScratchDirectory directory) {
        try {
            directory.close();
        } catch (IOException e) {
            System.err.println(directory.path() + " stays: " + e);
        }
    }

    /**
     * A run of some parts writes what is of these parts alone. What describes the whole run stays as it is, but for the rounds of these
     * parts.
     */
    private void document(Results results, Map<String, String> tables, Path documentation) throws IOException {
        Map<String, String> written = new LinkedHashMap<>(tables);
        if (!options.isWhole()) {
            written.keySet().removeAll(List.of("environment", "targets"));
        }
        Path page = documentation.resolve("performance.md");
        String rounds = written.get("rounds");
        if (rounds != null && !options.isWhole()) {
            written.put("rounds", MarkedDocument.merged(page, "rounds", rounds));
        }
        MarkedDocument.update(page, written);
        if (results.of(ChildPart.HANDOFF.part()).isEmpty()) {
            return;
        }
        Path images = Files.createDirectories(documentation.resolve("images"));
        Files.writeString(images.resolve("handoff.svg"), new HandOffChart(results).svg());
    }
}
