package io.resourcelink.internal.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What each function of the C library can fail with, by its manual page: the rows of {@code error-numbers.txt}. An error number
 * that no call of this library can meet stands there with its reason.
 */
public final class ErrorNumbers {

    /**
     * An error number.
     *
     * @param name as in errno(3)
     * @param number on Linux
     */
    public record ErrorNumber(String name, int number) {}

    private final Map<String, List<ErrorNumber>> tried = new TreeMap<>();
    private final Map<String, Map<String, String>> omitted = new TreeMap<>();

    private ErrorNumbers() {}

    /** {@return the table} */
    public static ErrorNumbers table() {
        ErrorNumbers table = new ErrorNumbers();
        InputStream found = Objects.requireNonNull(ErrorNumbers.class.getResourceAsStream("error-numbers.txt"));
        try (BufferedReader rows = new BufferedReader(new InputStreamReader(found, StandardCharsets.UTF_8))) {
            rows.lines().filter(row -> !row.startsWith("#")).forEach(table::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private void add(String row) {
        int colon = row.indexOf(": ");
        String[] head = row.substring(0, colon).split(" - ", -1);
        String rest = row.substring(colon + 2);
        if (head.length == 2) {
            omitted.computeIfAbsent(head[0], _ -> new TreeMap<>()).put(head[1], rest);
            return;
        }
        List<ErrorNumber> numbers = new ArrayList<>();
        for (String word : rest.split(" ", -1)) {
            int equals = word.indexOf('=');
            numbers.add(new ErrorNumber(word.substring(0, equals), Integer.parseInt(word.substring(equals + 1))));
        }
        tried.put(head[0], List.copyOf(numbers));
    }

    /**
     * {@return whether there is a row for a function}
     *
     * @param function its name
     */
    public boolean knows(String function) {
        return tried.containsKey(function) || omitted.containsKey(function);
    }

    /**
     * {@return what a function can fail with}
     *
     * @param function its name
     */
    public List<ErrorNumber> of(String function) {
        return tried.getOrDefault(function, List.of());
    }

    /** {@return the functions that have rows} */
    public List<String> functions() {
        TreeMap<String, Object> all = new TreeMap<>(tried);
        all.putAll(omitted);
        return List.copyOf(all.keySet());
    }
}
