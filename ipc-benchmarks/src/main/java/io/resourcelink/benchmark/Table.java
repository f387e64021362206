package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A table, to be written in Markdown.
 *
 * @param columns the headings; the first column has words, the others numbers
 * @param rows as many cells each
 */
record Table(List<String> columns, List<List<String>> rows) {

    static final String NOTHING = "–";

    Table {
        rows = new ArrayList<>(rows);
    }

    Table(String... columns) {
        this(List.of(columns), List.of());
    }

    void add(String... cells) {
        rows.add(List.of(cells));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** {@return a number with three significant digits, or no digit behind the point if it has as many before it} */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return NOTHING;
        }
        double magnitude = Math.abs(value);
        String format = magnitude >= 100 ? "%,.0f" : magnitude >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    static String number(OptionalDouble value) {
        return number(value.orElse(Double.NaN));
    }

    /** {@return the quartiles of a measurement} */
    static String quartiles(Measurement measured) {
        return number(measured.low()) + " to " + number(measured.high());
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(line(columns));
        text.append("|---").append("|---:".repeat(columns.size() - 1)).append("|\n");
        rows.forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
