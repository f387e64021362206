package io.resourcelink.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
 * @param before {@code --before=path}: a jar or directory of an older {@code ipc-core}, whose channels are to be measured as well
 */
record Options(boolean quick, List<String> only, Path output, @Nullable Path documentation, @Nullable Path from,
        @Nullable Path hugePages, @Nullable Path before) {

    private static final Set<String> NAMES = Set.of("--quick", "--only", "--output", "--documentation", "--from",
            "--huge-pages", "--before");

    static Options parse(String... arguments) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("--name=value is expected: " + argument);
            }
            String name = argument.substring(0, equals);
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("No such option: " + name);
            }
            values.put(name, argument.substring(equals + 1));
        }
        values.values().removeIf(String::isEmpty);
        return new Options(Boolean.parseBoolean(values.get("--quick")),
                List.of(values.getOrDefault("--only", "").split(",", -1)),
                Path.of(values.getOrDefault("--output", "target/benchmark")), path(values, "--documentation"),
                path(values, "--from"), path(values, "--huge-pages"), existing(path(values, "--before")));
    }

    private static @Nullable Path path(Map<String, String> values, String name) {
        String value = values.get(name);
        return value == null ? null : Path.of(value);
    }

    /** Before anything is measured. */
    private static @Nullable Path existing(@Nullable Path path) {
        if (path != null && !Files.exists(path)) {
            throw new IllegalArgumentException("No such jar or directory: " + path);
        }
        return path == null ? null : path.toAbsolutePath();
    }

    /** {@return whether no part is left out} */
    boolean isWhole() {
        return only.contains("");
    }

    boolean includes(String part) {
        return only.stream().anyMatch(part::startsWith);
    }
}
