package io.resourcelink.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text under a header line, in columns as wide as their widest cell. */
final class TextTable {

    private static final String GAP = "  ";

    private record Column(String title, boolean right) {}

    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    TextTable left(String title) {
        columns.add(new Column(title, false));
        return this;
    }

    TextTable right(String title) {
        columns.add(new Column(title, true));
        return this;
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** {@return the table} Each line ends after its last visible character. */
    @Override
    public String toString() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::title).toList());
        lines.addAll(rows);
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        var text = new StringBuilder();
        for (List<String> line : lines) {
            var padded = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String blanks = " ".repeat(widths[i] - width(line.get(i)));
                padded.append(i == 0 ? "" : GAP)
                        .append(columns.get(i).right() ? blanks + line.get(i) : line.get(i) + blanks);
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** A character outside the basic plane is two in a string and one on the screen. */
    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
