package io.resourcelink.campaign;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A line of the results: one seed of one part that was run to its end.
 *
 * @param date when it ended, in UTC, to the minute
 * @param commit what was checked out; with {@code +} behind it if files were changed since
 * @param machine kernel, processors and JDK
 * @param part the name of the part
 * @param seed the seed
 * @param seconds how long it took
 * @param violations how many there were
 * @param counts what was counted
 */
record Result(String date, String commit, String machine, String part, long seed, long seconds, long violations,
        Map<String, Long> counts) {

    static final String HEADER = "date,commit,machine,part,seed,seconds,violations,counts";

    private static final int FIELDS = 8;

    String line() {
        return String.join(",", date, commit, machine, part, Long.toString(seed), Long.toString(seconds),
                Long.toString(violations), counts.entrySet().stream()
                        .map(count -> count.getKey() + "=" + count.getValue()).collect(Collectors.joining(";")));
    }

    static Result parse(String line) {
        List<String> fields = Arrays.asList(line.split(",", -1));
        if (fields.size() != FIELDS) {
            throw new IllegalArgumentException("A result has " + FIELDS + " fields: " + line);
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String count : fields.get(7).split(";", -1)) {
            int equals = count.indexOf('=');
            counts.put(count.substring(0, equals), Long.valueOf(count.substring(equals + 1)));
        }
        return new Result(fields.get(0), fields.get(1), fields.get(2), fields.get(3), Long.parseLong(fields.get(4)),
                Long.parseLong(fields.get(5)), Long.parseLong(fields.get(6)), counts);
    }
}
