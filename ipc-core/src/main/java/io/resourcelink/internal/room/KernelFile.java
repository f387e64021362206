package io.resourcelink.internal.room;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Small texts that the kernel makes up while they are read. What cannot be read is empty. */
final class KernelFile {

    private KernelFile() {}

    static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }

    static List<String> lines(Path file) {
        return text(file).lines().toList();
    }

    /** The number of a file that holds nothing else. What is no number, such as "max", is no limit. */
    static long number(Path file) {
        return number(text(file).strip());
    }

    static long number(String digits) {
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : Long.MAX_VALUE;
    }

    /** The number behind a name at the beginning of a line, or an alternative if no line has it. */
    static long value(List<String> lines, String name, long otherwise) {
        for (String line : lines) {
            if (line.startsWith(name) && line.length() > name.length() && line.charAt(name.length()) <= ' ') {
                return number(word(line, name.length()));
            }
        }
        return otherwise;
    }

    /** The first word of a line from an offset on. */
    static String word(String line, int offset) {
        return Arrays.stream(line.substring(offset).strip().split("\\s+", -1)).findFirst().orElse("");
    }
}
