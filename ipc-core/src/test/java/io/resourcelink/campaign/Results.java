package io.resourcelink.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The file of all results. Each is written when its seed has ended, so a run that is cut off loses one seed. */
final class Results {

    private final Path file;
    private final List<Result> all = new ArrayList<>();

    private Results(Path file) {
        this.file = file;
    }

    /** Reads the file, which is made with the first result if it is missing. */
    static Results of(Path file) throws IOException {
        Results results = new Results(file);
        if (Files.exists(file)) {
            Files.readAllLines(file).stream().skip(1).map(Result::parse).forEach(results.all::add);
        }
        return results;
    }

    void add(Result result) throws IOException {
        String header = Files.exists(file) ? "" : Result.HEADER + "\n";
        Files.writeString(file, header + result.line() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        all.add(result);
    }

    /** {@return whether a seed was run with this commit already} */
    boolean has(String commit, String part, long seed) {
        return all.stream().anyMatch(
                each -> each.commit().equals(commit) && each.part().equals(part) && each.seed() == seed);
    }

    /** {@return the sums for each part, as a table of Markdown} */
    String table() {
        Map<String, List<Result>> parts = all.stream()
                .collect(Collectors.groupingBy(Result::part, TreeMap::new, Collectors.toList()));
        StringBuilder table = new StringBuilder("""
                | part | seeds | done | time | violations | commits |
                |---|---:|---|---:|---:|---|
                """);
        parts.forEach((part, results) -> table.append(row(part, results)));
        return table.toString();
    }

    private static String row(String part, List<Result> results) {
        Map<String, Long> counts = new LinkedHashMap<>();
        long seconds = 0;
        long violations = 0;
        for (Result result : results) {
            result.counts().forEach((name, number) -> counts.merge(name, number, Long::sum));
            seconds += result.seconds();
            violations += result.violations();
        }
        return String.format(Locale.ROOT, "| `%s` | %,d | %s | %,d s | %,d | %s |%n", part, results.size(),
                counts.entrySet().stream()
                        .map(count -> String.format(Locale.ROOT, "%,d %s", count.getValue(), count.getKey()))
                        .collect(Collectors.joining(", ")),
                seconds, violations, results.stream().map(result -> "`" + result.commit() + "`").distinct()
                        .collect(Collectors.joining(", ")));
    }

    /** {@return the machines, as a list of Markdown} */
    String machines() {
        return all.stream().map(result -> "- " + result.machine()).distinct().collect(Collectors.joining("\n"));
    }
}
