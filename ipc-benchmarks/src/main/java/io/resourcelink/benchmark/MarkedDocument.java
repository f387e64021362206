package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A Markdown document of which parts are written by a program: what stands between two comments, {@code <!-- benchmark:NAME
 * -->} and the next {@code <!-- /benchmark -->}. All else is left as it is.
 */
final class MarkedDocument {

    private static final String END = "<!-- /benchmark -->";

    private MarkedDocument() {}

    private static String begin(String name) {
        return "<!-- benchmark:" + name + " -->";
    }

    /** Puts new content into a file's marked parts. Those without new content stay. */
    static void update(Path file, Map<String, String> contents) throws IOException {
        String text = Files.readString(file);
        for (Map.Entry<String, String> content : contents.entrySet()) {
            text = replaced(text, content.getKey(), content.getValue());
        }
        Files.writeString(file, text);
    }

    /** {@return a table with the rows of an older one in a file that it has no row for} A row is known by its first cell. */
    static String merged(Path file, String name, String table) throws IOException {
        String text = Files.readString(file);
        int from = text.indexOf(begin(name));
        String older = from < 0 ? "" : text.substring(from, Math.max(from, text.indexOf(END, from)));
        Set<String> present = table.lines().map(MarkedDocument::firstCell).collect(Collectors.toSet());
        return older.lines().filter(line -> line.startsWith("|") && present.add(firstCell(line)))
                .collect(Collectors.joining("\n", table.strip() + "\n", "\n"));
    }

    private static String firstCell(String row) {
        return row.substring(0, Math.max(0, row.indexOf('|', 1)));
    }

    /**
     * {@return a text with new content in a marked part}
     *
     * @throws IllegalArgumentException if it has no such part, or one without an end
     */
    static String replaced(String text, String name, String content) {
        int begin = text.indexOf(begin(name));
        if (begin < 0) {
            throw new IllegalArgumentException("The document has no line " + begin(name));
        }
        int from = begin + begin(name).length();
        int to = text.indexOf(END, from);
        int next = text.indexOf("<!-- benchmark:", from);
        if (to < 0 || (next >= 0 && next < to)) {
            throw new IllegalArgumentException("Nothing ends " + begin(name) + "; a line " + END + " is missing.");
        }
        return text.substring(0, from) + "\n\n" + content.strip() + "\n\n" + text.substring(to);
    }
}
