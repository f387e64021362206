package io.resourcelink.benchmark;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.resourcelink.benchmark.channel.Caller;
import io.resourcelink.benchmark.channel.Idle;

/** Messages between two processes as tables: the workloads down, each with its ways, and how their threads wait. */
final class ChannelTables {

    /** What comes before the mode in a way's name. */
    private static final String MODE = ", ";

    private final Results results;

    ChannelTables(Results results) {
        this.results = results;
    }

    /** {@return the tables by name; a table is empty if its part was not measured} */
    Map<String, Table> all() {
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("channels", thereAndBack());
        tables.put("channels-one-way", oneWay());
        tables.put("channels-floor", floor());
        tables.put("channels-older", older());
        tables.put("idle", idle());
        tables.put("channels-targets", Tables.targets(results, Target.CHANNELS));
        return tables;
    }

    private Table thereAndBack() {
        Table table = new Table("message, there and back", "way", "threads wait", "median, µs", "quartiles, µs",
                "99 %, µs",
                "/ socket", "quartiles", "system calls", "wake-ups", "allocated bytes");
        for (Row row : rows("us")) {
            table.add(row.subject(), label(row.way()), mode(row.way()), value(row, "us"), quartiles(row, "us"),
                    value(row, "us, 99 %"), value(row, Caller.SOCKETS_TIME), quartiles(row, Caller.SOCKETS_TIME),
                    value(row, Caller.SYSTEM_CALLS), value(row, Caller.WAKE_UPS), value(row, Caller.BYTES));
        }
        return table;
    }

    private Table oneWay() {
        Table table = new Table("message, one way", "way", "threads wait", "messages/s", "quartiles", "/ socket",
                "quartiles", "/ channel", "system calls", "wake-ups", "allocated bytes");
        for (Row row : rows(Caller.RATE)) {
            table.add(row.subject(), label(row.way()), mode(row.way()), value(row, Caller.RATE),
                    quartiles(row, Caller.RATE), value(row, Caller.SOCKETS_RATE), quartiles(row, Caller.SOCKETS_RATE),
                    value(row, Caller.DEFAULTS_RATE), value(row, Caller.SYSTEM_CALLS_ONE_WAY),
                    value(row, Caller.WAKE_UPS_ONE_WAY), value(row, Caller.BYTES_ONE_WAY));
        }
        return table;
    }

    /** What of a channel's time is that of its system calls, and what is its own. */
    private Table floor() {
        Table table = new Table("message", "channel", "threads wait", "unit", "channel", "in C", "channel / C",
                "quartiles", "C / socket", "quartiles");
        for (String subject : Caller.workloads()) {
            for (Mode mode : Mode.values()) {
                for (String way : List.of(Caller.channel(mode), Caller.recycled(mode), Caller.inCalls(mode))) {
                    Row ours = new Row(subject, way);
                    Row inC = new Row(subject,
                            way.equals(Caller.channel(mode)) ? Caller.floor(mode) : Caller.recycledFloor(mode));
                    floor(table, ours, inC, "us", Caller.FLOORS_TIME, Caller.SOCKETS_TIME);
                    floor(table, ours, inC, Caller.RATE, Caller.FLOORS_RATE, Caller.SOCKETS_RATE);
                }
            }
        }
        return table;
    }

    private void floor(Table table, Row ours, Row inC, String unit, String overC, String overSocket) {
        if (results.find(Caller.PART, ours.subject(), ours.way(), overC).isPresent()) {
            table.add(ours.subject(), label(ours.way()), mode(ours.way()), heading(unit), value(ours, unit),
                    value(inC, unit), value(ours, overC), quartiles(ours, overC), value(inC, overSocket),
                    quartiles(inC, overSocket));
        }
    }

    private static String heading(String unit) {
        return unit.equals("us") ? "µs, there and back" : "messages/s, one way";
    }

    /** Channels as they are beside those of an older version. */
    private Table older() {
        Table table = new Table("message", "channel", "threads wait", "unit", "now", "quartiles", "older", "quartiles",
                "now / older", "quartiles");
        for (String subject : Caller.workloads()) {
            for (Mode mode : Mode.values()) {
                for (String way : List.of(Caller.channel(mode), Caller.batching(mode))) {
                    older(table, new Row(subject, way), "us", Caller.OLDERS_TIME);
                    older(table, new Row(subject, way), Caller.RATE, Caller.OLDERS_RATE);
                }
            }
        }
        return table;
    }

    private void older(Table table, Row now, String unit, String ratio) {
        if (results.find(Caller.PART, now.subject(), now.way(), ratio).isPresent()) {
            Row older = new Row(now.subject(), Caller.older(Mode.of(mode(now.way()))));
            table.add(now.subject(), label(now.way()), mode(now.way()), heading(unit), value(now, unit),
                    quartiles(now, unit), value(older, unit), quartiles(older, unit), value(now, ratio),
                    quartiles(now, ratio));
        }
    }

    private Table idle() {
        Table table = new Table("connected by", "wake-ups/s", "quartiles", "above nothing open", "quartiles");
        for (Measurement measured : results.of(Idle.PART)) {
            if (measured.unit().equals(Idle.RATE)) {
                Row row = new Row(measured.subject(), measured.way());
                table.add(row.way(), Table.number(measured.value()), Table.quartiles(measured),
                        value(Idle.PART, row, Idle.ABOVE_NOTHING), quartiles(Idle.PART, row, Idle.ABOVE_NOTHING));
            }
        }
        return table;
    }

    private record Row(String subject, String way) {}

    /** In the order of the catalogues, not in that of the first round. */
    private List<Row> rows(String unit) {
        List<String> subjects = Caller.workloads();
        List<String> ways = Caller.ways();
        return results.of(Caller.PART).stream()
                .filter(measured -> measured.unit().equals(unit) && ways.contains(measured.way()))
                .map(measured -> new Row(measured.subject(), measured.way()))
                .sorted(Comparator.comparingInt((Row row) -> subjects.indexOf(row.subject()))
                        .thenComparingInt(row -> ways.indexOf(row.way())))
                .toList();
    }

    private static String label(String way) {
        return way.substring(0, way.lastIndexOf(MODE));
    }

    private static String mode(String way) {
        return way.substring(way.lastIndexOf(MODE) + MODE.length());
    }

    private String value(Row row, String unit) {
        return value(Caller.PART, row, unit);
    }

    private String quartiles(Row row, String unit) {
        return quartiles(Caller.PART, row, unit);
    }

    private String value(String part, Row row, String unit) {
        return Table.number(results.value(part, row.subject(), row.way(), unit));
    }

    private String quartiles(String part, Row row, String unit) {
        return results.find(part, row.subject(), row.way(), unit).map(Table::quartiles).orElse(Table.NOTHING);
    }
}
