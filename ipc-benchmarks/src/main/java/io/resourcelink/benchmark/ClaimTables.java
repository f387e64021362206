package io.resourcelink.benchmark;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.resourcelink.benchmark.claim.Receiver;

/** Claims as tables: near, from another host, and through brokers. */
final class ClaimTables {

    private final Results results;

    ClaimTables(Results results) {
        this.results = results;
    }

    /** {@return the tables by name; a table is empty if its subject was not measured} */
    Map<String, Table> all() {
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("claims-targets", Tables.targets(results, Target.CLAIMS));
        tables.put("claims-near", near());
        tables.put("claims-far", far());
        tables.put("claims-messages", messages());
        return tables;
    }

    private Table near() {
        Table table = new Table("operation", "median, µs", "quartiles, µs", "/ acquire");
        for (Operations.Operation operation : List.of(Claims.ACQUIRE, Claims.OPEN, Claims.OPEN_TEXT)) {
            String subject = operation.label();
            if (results.value(Receiver.PART, subject, Claims.NEAR, "us").isPresent()) {
                table.add(subject, value(subject, Claims.NEAR, "us"), quartiles(subject, Claims.NEAR, "us"),
                        value(subject, Claims.NEAR, Claims.ACQUIRES_TIME));
            }
        }
        return table;
    }

    private Table far() {
        String subject = Receiver.DOWNLOAD;
        Table table = new Table("64 MiB from another host", "median, ms", "quartiles, ms", "/ `RestClient`",
                "/ the first");
        for (String way : ways(subject)) {
            table.add(way, value(subject, way, Receiver.TIME), quartiles(subject, way, Receiver.TIME),
                    value(subject, way, Receiver.RESTS_TIME), value(subject, way, Receiver.FIRSTS_TIME));
        }
        return table;
    }

    private Table messages() {
        String subject = Receiver.MESSAGE;
        Table table = new Table("16 MiB through a broker", "median, ms", "quartiles, ms", "/ Artemis");
        for (String way : ways(subject)) {
            table.add(way, value(subject, way, Receiver.TIME), quartiles(subject, way, Receiver.TIME),
                    value(subject, way, Receiver.ARTEMIS_TIME));
        }
        return table;
    }

    private Set<String> ways(String subject) {
        Set<String> ways = new LinkedHashSet<>();
        List<String> catalogue = Receiver.ways();
        results.of(Receiver.PART).stream().filter(measurement -> measurement.subject().equals(subject))
                .map(Measurement::way).sorted((one, other) -> catalogue.indexOf(one) - catalogue.indexOf(other))
                .forEach(ways::add);
        return ways;
    }

    private String value(String subject, String way, String unit) {
        return Table.number(results.value(Receiver.PART, subject, way, unit));
    }

    private String quartiles(String subject, String way, String unit) {
        return results.find(Receiver.PART, subject, way, unit)
                .map(Table::quartiles).orElse(Table.NOTHING);
    }
}
