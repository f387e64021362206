package io.resourcelink.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Runs seeds of all parts, or of some, until the time is over: always the part that has had the least of it. What has ended
 * is written to {@code docs/reliability-results.csv}, and its sums to {@code docs/reliability.md}.
 */
public final class Campaign {

    private static final String END = "<!-- /campaign -->";

    private final CampaignOptions options;
    private final Results results;
    private final String commit;
    private long violations;

    private Campaign(CampaignOptions options) throws IOException, InterruptedException {
        this.options = options;
        this.results = Results.of(options.documentation().resolve("reliability-results.csv"));
        this.commit = Machine.commit(options.documentation());
    }

    /**
     * Runs it. Ends with 1 if there was a violation.
     *
     * @param arguments see {@link CampaignOptions}
     * @throws Exception if a part could not be run
     */
    public static void main(String[] arguments) throws Exception {
        CampaignOptions options = CampaignOptions.parse(arguments);
        // A run that is ended from outside may have stopped a process a moment before, which cannot end by itself.
        Runtime.getRuntime().addShutdownHook(new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
        Campaign campaign = new Campaign(options);
        campaign.run(Parts.all(options.soak()));
        System.exit(campaign.violations == 0 ? 0 : 1);
    }

    private void run(List<Part> parts) throws Exception {
        List<Part> chosen = parts.stream().filter(part -> options.includes(part.name())).toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("No part has a name that begins with one of " + options.only() + ": "
                    + parts.stream().map(Part::name).toList());
        }
        Map<String, Long> spent = new HashMap<>();
        Map<String, Long> seeds = new HashMap<>();
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(options.minutes());
        do {
            Part next = chosen.getFirst();
            for (Part part : chosen) {
                next = spent.getOrDefault(part.name(), 0L) < spent.getOrDefault(next.name(), 0L) ? part : next;
            }
            long seed = seeds.getOrDefault(next.name(), options.seed());
            while (results.has(commit, next.name(), seed)) {
                seed++;
            }
            spent.merge(next.name(), Math.max(1, run(next, seed)), Long::sum);
            seeds.put(next.name(), seed + 1);
        } while (System.nanoTime() < end);
    }

    /** Runs a seed. Returns how many nanoseconds it took. */
    private long run(Part part, long seed) throws Exception {
        System.out.println(part.name() + " -Dcampaign.seed=" + seed);
        long begin = System.nanoTime();
        Outcome outcome = part.run(seed);
        long took = System.nanoTime() - begin;
        System.out.println(part.name() + " " + outcome + ", " + TimeUnit.NANOSECONDS.toSeconds(took) + " s");
        outcome.violations().forEach(violation -> System.out.println("VIOLATION " + part.name() + ": " + violation));
        violations += outcome.violated();
        results.add(new Result(Instant.now().truncatedTo(ChronoUnit.MINUTES).toString(), commit,
                Machine.description(), part.name(), seed, TimeUnit.NANOSECONDS.toSeconds(took), outcome.violated(),
                outcome.counts()));
        for (Map.Entry<String, String> attachment : outcome.attachments().entrySet()) {
            Path file = options.documentation().resolve(attachment.getKey());
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, attachment.getValue());
        }
        document();
        return took;
    }

    private void document() throws IOException {
        Path file = options.documentation().resolve("reliability.md");
        String text = replaced(Files.readString(file), "results", results.table());
        Files.writeString(file, replaced(text, "machines", results.machines()));
    }

    /** {@return a document with other content in one of its marked parts} */
    static String replaced(String text, String name, String content) {
        String begin = "<!-- campaign:" + name + " -->";
        int from = text.indexOf(begin);
        int to = from < 0 ? -1 : text.indexOf(END, from);
        if (to < 0) {
            throw new IllegalArgumentException("The document has no " + begin + " with " + END + " behind it.");
        }
        return text.substring(0, from + begin.length()) + "\n\n" + content.strip() + "\n\n" + text.substring(to);
    }
}
