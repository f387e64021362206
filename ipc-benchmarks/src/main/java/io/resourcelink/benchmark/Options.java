package io.resourcelink.benchmark;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How the suite is to run. Each option is an argument {@code --name=value}; one without a value is as if it were missing.
 *
 * @param quick {@code --quick=true}: few rounds and sizes, for a first look
 * @param only {@code --only=prefix,prefix}: the parts whose names begin so, all of them if there is none
 * @param output {@code --output=directory}: where the results go
 * @param documentation {@code --documentation=directory}: whose tables and chart are to be written anew, if any
 * @param from {@code --from=results.json}: measure nothing, take these results
 * @param hugePages {@code --huge-pages=directory}: one on a tmpfs with huge pages; if there is none, one is mounted
 */
record Options(boolean quick, List<String> only, Path output, @Nullable Path documentation, @Nullable Path from,
        @Nullable Path hugePages) {

    static Options parse(String... arguments) {
        Options options = new Options(false, List.of(""), Path.of("target", "benchmark"), null, null, null);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String value = argument.substring(equals + 1);
            if (equals < 0) {
                throw new IllegalArgumentException("--name=value is expected: " + argument);
            }
            if (!value.isEmpty()) {
                options = options.with(argument.substring(0, equals), value);
            }
        }
        return options;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--quick" ->
                new Options(Boolean.parseBoolean(value), only, output, documentation, from, hugePages);
            case "--only" ->
                new Options(quick, List.of(value.split(",", -1)), output, documentation, from, hugePages);
            case "--output" -> new Options(quick, only, Path.of(value), documentation, from, hugePages);
            case "--documentation" -> new Options(quick, only, output, Path.of(value), from, hugePages);
            case "--from" -> new Options(quick, only, output, documentation, Path.of(value), hugePages);
            case "--huge-pages" -> new Options(quick, only, output, documentation, from, Path.of(value));
            default -> throw new IllegalArgumentException("No such option: " + name);
        };
    }

    /** {@return whether no part is left out} */
    boolean isWhole() {
        return only.contains("");
    }

    boolean includes(String part) {
        return only.stream().anyMatch(part::startsWith);
    }
}
