package io.resourcelink.benchmark;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.resourcelink.benchmark.messaging.Requester;

/** Requests between two processes as tables: the ways down, each with how its threads wait. */
final class MessagingTables {

    /** What comes before the mode in a way's name. */
    private static final String MODE = ", ";

    private final Results results;

    MessagingTables(Results results) {
        this.results = results;
    }

    /** {@return the tables by name; a table is empty if its subject was not measured} */
    Map<String, Table> all() {
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("messaging", times(Requester.RECORD));
        tables.put("messaging-threads", rates(Requester.RECORDS));
        tables.put("messaging-memory", times(Requester.PAYLOAD));
        return tables;
    }

    private Table times(String subject) {
        Table table = new Table("way", "threads wait", "median, µs", "quartiles, µs", "99 %, µs", "/ channel",
                "above channel, µs", "/ `RestClient`", "system calls");
        for (String way : ways(subject)) {
            table.add(label(way), mode(way), value(subject, way, "us"), quartiles(subject, way, "us"),
                    value(subject, way, "us, 99 %"), value(subject, way, Requester.CHANNELS_TIME),
                    value(subject, way, Requester.ABOVE_CHANNEL), value(subject, way, Requester.RESTS_TIME),
                    value(subject, way, Requester.SYSTEM_CALLS));
        }
        return table;
    }

    private Table rates(String subject) {
        Table table = new Table("way", "threads wait", "requests/s", "quartiles", "/ `RestClient`");
        for (String way : ways(subject)) {
            table.add(label(way), mode(way), value(subject, way, Requester.RATE),
                    quartiles(subject, way, Requester.RATE), value(subject, way, Requester.RESTS_RATE));
        }
        return table;
    }

    private Set<String> ways(String subject) {
        Set<String> ways = new LinkedHashSet<>();
        results.of(Requester.PART).stream().filter(measurement -> measurement.subject().equals(subject))
                .forEach(measurement -> ways.add(measurement.way()));
        return ways;
    }

    private static String label(String way) {
        return way.substring(0, way.lastIndexOf(MODE));
    }

    private static String mode(String way) {
        return way.substring(way.lastIndexOf(MODE) + MODE.length());
    }

    private String value(String subject, String way, String unit) {
        return Table.number(results.value(Requester.PART, subject, way, unit));
    }

    private String quartiles(String subject, String way, String unit) {
        return results.find(Requester.PART, subject, way, unit)
                .map(Table::quartiles).orElse(Table.NOTHING);
    }
}
