package io.resourcelink.cli;

/**
 * Text that is safe to show on a terminal and stays on its line. A key is any file name another process chose: it may
 * contain line ends, escape sequences, or characters that turn the reading direction around.
 */
final class PrintableText {

    private PrintableText() {}

    /**
     * {@return the text with every character that is not visible or blank written as its Java escape} The backslash is
     * escaped too, so that different texts stay different.
     *
     * @param text anything
     */
    static String of(String text) {
        var printable = new StringBuilder(text.length());
        text.codePoints().forEach(character -> append(printable, character));
        return printable.toString();
    }

    private static void append(StringBuilder printable, int character) {
        switch (character) {
            case '\\' -> printable.append("\\\\");
            case '\n' -> printable.append("\\n");
            case '\r' -> printable.append("\\r");
            case '\t' -> printable.append("\\t");
            default -> {
                if (isVisible(character)) {
                    printable.appendCodePoint(character);
                } else {
                    for (char unit : Character.toChars(character)) {
                        printable.append(String.format("\\u%04x", (int) unit));
                    }
                }
            }
        }
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED ->
                false;
            default -> true;
        };
    }
}
