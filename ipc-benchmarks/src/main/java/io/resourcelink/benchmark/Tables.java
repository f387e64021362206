package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiFunction;

import io.resourcelink.benchmark.destination.Distributor;
import io.resourcelink.benchmark.handoff.Producer;
import io.resourcelink.benchmark.handoff.SizeComparison;

import static io.resourcelink.benchmark.Operations.C;
import static io.resourcelink.benchmark.Operations.JAVA;

/** Results as the tables that people read. Each has a name, by which a document says where it belongs. */
final class Tables {

    /** The names of all tables. */
    static final List<String> NAMES = List.of("environment", "rounds", "operations", "handoff", "handoff-time", "sizes",
            "partial", "fanout",
            "channels", "channels-one-way", "channels-floor", "channels-older", "channels-targets", "idle", "memory",
            "destinations", "messaging",
            "messaging-threads",
            "messaging-memory",
            "claims-targets", "claims-near", "claims-far", "claims-messages", "targets", Summary.MESSAGES,
            Summary.PAYLOADS, Summary.COSTS);

    private final Results results;

    Tables(Results results) {
        this.results = results;
    }

    /** {@return all tables for which there are results, in Markdown, by name} */
    Map<String, String> markdown() {
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("environment", environment());
        tables.put("rounds", rounds());
        tables.put("operations", operations());
        tables.put("handoff", ofWays("handoff", "copies", (size, _) -> size));
        tables.put("handoff-time", ofWays("handoff", "us", (size, _) -> size));
        tables.put("sizes", sizes());
        tables.put("partial", ofWays("partial", "us to read", Tables::part));
        tables.put("fanout", ofWays("fanout", "copies", (size, _) -> size));
        tables.putAll(new ChannelTables(results).all());
        tables.put("memory", memory());
        if (!results.of(Distributor.PART).isEmpty()) {
            tables.put("destinations", destinations());
        }
        tables.putAll(new MessagingTables(results).all());
        tables.putAll(new ClaimTables(results).all());
        tables.put("targets", targets(results, Target.ALL));
        Map<String, String> texts = new LinkedHashMap<>(new Summary(results).lines());
        tables.forEach((name, table) -> {
            if (!table.isEmpty()) {
                texts.put(name, table.markdown());
            }
        });
        return texts;
    }

    private Table environment() {
        Table table = new Table("measured on", "");
        results.environment().forEach((name, value) -> table.add(name, value));
        return table;
    }

    /** What else the machine did. */
    private Table rounds() {
        Table table = new Table("part", "rounds", "discarded", "others' share, %", "quartiles", "stolen, %",
                "load average");
        for (String part : subjects(Rounds.PART)) {
            table.add(part, count(part, Rounds.KEPT), count(part, Rounds.DISCARDED),
                    Table.number(value(Rounds.PART, part, Rounds.KEPT, Rounds.OTHERS)),
                    results.find(Rounds.PART, part, Rounds.KEPT, Rounds.OTHERS).map(Table::quartiles)
                            .orElse(Table.NOTHING),
                    Table.number(value(Rounds.PART, part, Rounds.KEPT, Rounds.STOLEN)),
                    Table.number(value(Rounds.PART, part, Rounds.KEPT, Rounds.LOAD)));
        }
        return table;
    }

    private String count(String part, String way) {
        return String.valueOf(
                results.find(Rounds.PART, part, way, Rounds.LOAD).map(Measurement::rounds).orElse(0));
    }

    private Table operations() {
        Table table = new Table("operation", "this library, µs", "in C, µs", "ratio");
        for (String subject : subjects(Operations.PART)) {
            OptionalDouble bare = value(Operations.PART, subject, C, "us");
            table.add(subject, Table.number(value(Operations.PART, subject, JAVA, "us")),
                    bare.isEmpty() && Operations.hasFloor(subject) ? "no compiler" : Table.number(bare),
                    Table.number(value(Operations.PART, subject, JAVA, "c")));
        }
        return table;
    }

    /** Ways down, sizes across. */
    private Table ofWays(String part, String unit, BiFunction<String, String, String> heading) {
        List<String> sizes = List.copyOf(subjects(part));
        Table table = new Table(headings(sizes, heading));
        for (String way : ways(part)) {
            List<String> cells = sizes.stream().map(size -> Table.number(value(part, size, way, unit))).toList();
            if (cells.stream().anyMatch(cell -> !cell.equals(Table.NOTHING))) {
                table.add(row(Producer.label(way), cells));
            }
        }
        return table;
    }

    private Table sizes() {
        String part = SizeComparison.PART;
        Table table = new Table("way", SizeComparison.EQUAL + ", µs for a MiB", SizeComparison.DRAWN + ", µs for a MiB",
                "/ equal sizes", "quartiles", "/ socket", "quartiles", "/ C", "quartiles");
        for (String way : ways(part)) {
            List<String> cells = new ArrayList<>(List.of(SizeComparison.label(way),
                    Table.number(value(part, SizeComparison.EQUAL, way, SizeComparison.MICROS)),
                    Table.number(value(part, SizeComparison.DRAWN, way, SizeComparison.MICROS))));
            for (String ratio : List.of(SizeComparison.OVER_EQUAL, SizeComparison.OVER_SOCKET, SizeComparison.OVER_C)) {
                cells.add(Table.number(value(part, SizeComparison.DRAWN, way, ratio)));
                cells.add(quartiles(part, SizeComparison.DRAWN, way, ratio));
            }
            table.add(cells.toArray(String[]::new));
        }
        return table;
    }

    private static String[] headings(List<String> sizes, BiFunction<String, String, String> heading) {
        return row("way", sizes.stream().map(size -> {
            String[] parts = size.split("/", -1);
            String whole = bytes(Long.parseLong(parts[0]));
            return heading.apply(whole, parts.length > 1 ? parts[1] : "");
        }).toList());
    }

    private static String part(String size, String fraction) {
        return fraction.isEmpty() ? "all of " + size + ", µs" : "1/" + fraction + " of it, µs";
    }

    private static String[] row(String first, List<String> others) {
        String[] row = new String[others.size() + 1];
        row[0] = first;
        for (int column = 0; column < others.size(); column++) {
            row[column + 1] = others.get(column);
        }
        return row;
    }

    private Table destinations() {
        Table table = new Table("sent", "how", "µs", "ratio", "the sender's processor time, µs", "ratio");
        add(table, Distributor.EIGHT, Distributor.SENT, Distributor.OVER_SENDS);
        add(table, Distributor.EIGHT, Distributor.PUBLISHED, Distributor.OVER_SENDS);
        add(table, Distributor.QUEUE, Distributor.ONE, Distributor.OVER_ONE);
        add(table, Distributor.QUEUE, Distributor.FOUR, Distributor.OVER_ONE);
        return table;
    }

    private void add(Table table, String subject, String way, String ratio) {
        table.add(subject, way, number(subject, way, "us"), number(subject, way, ratio),
                number(subject, way, Distributor.PROCESSOR_TIME),
                number(subject, way, Distributor.OVER_PROCESSOR_TIME));
    }

    private String number(String subject, String way, String unit) {
        return Table.number(value(Distributor.PART, subject, way, unit));
    }

    private Table memory() {
        Table table = new Table("open", "heap, bytes", "quartiles", "resident outside the heap, bytes", "quartiles",
                "descriptors", "mappings", "threads");
        for (String subject : subjects(MemoryCosts.PART)) {
            List<String> cells = new ArrayList<>(List.of(subject));
            for (String unit : List.of(MemoryCosts.HEAP, MemoryCosts.RESIDENT)) {
                cells.add(Table.number(value(MemoryCosts.PART, subject, MemoryCosts.WAY, unit)));
                cells.add(quartiles(MemoryCosts.PART, subject, MemoryCosts.WAY, unit));
            }
            for (String unit : List.of(MemoryCosts.DESCRIPTORS, MemoryCosts.MAPPINGS, MemoryCosts.THREADS)) {
                cells.add(Table.number(value(MemoryCosts.PART, subject, MemoryCosts.WAY, unit)));
            }
            table.add(cells.toArray(String[]::new));
        }
        return table;
    }

    /** {@return the targets that can be told from the results, and whether they are reached} */
    static Table targets(Results results, List<Target> targets) {
        Table table = new Table("ratio", "to reach", "measured", "quartiles", "rounds", "reached");
        for (Target target : targets) {
            target.figure().in(results).ifPresent(measured -> table.add(target.label(), target.wanted(),
                    Table.number(measured.value()), Table.quartiles(measured), String.valueOf(measured.rounds()),
                    target.verdict(measured)));
        }
        return table;
    }

    private Set<String> subjects(String part) {
        Set<String> subjects = new LinkedHashSet<>();
        results.of(part).forEach(measurement -> subjects.add(measurement.subject()));
        return subjects;
    }

    /** In the order of the catalogue, not in that of the first round. */
    private Set<String> ways(String part) {
        Set<String> ways = new LinkedHashSet<>(Producer.ways());
        Set<String> measured = new LinkedHashSet<>();
        results.of(part).forEach(measurement -> measured.add(measurement.way()));
        ways.retainAll(measured);
        ways.addAll(measured);
        ways.remove("copy");
        return ways;
    }

    private OptionalDouble value(String part, String subject, String way, String unit) {
        return results.value(part, subject, way, unit);
    }

    private String quartiles(String part, String subject, String way, String unit) {
        return results.find(part, subject, way, unit).map(Table::quartiles).orElse(Table.NOTHING);
    }

    /** {@return a size as people say it} */
    static String bytes(long bytes) {
        return bytes >= 1 << 20 ? (bytes >> 20) + " MiB" : bytes >= 1 << 10 ? (bytes >> 10) + " KiB" : bytes + " B";
    }
}
