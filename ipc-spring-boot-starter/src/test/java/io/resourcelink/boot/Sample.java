package io.resourcelink.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A sample of a page of the documentation: what stands between two fences.
 *
 * @param page the page's path, relative to the root of the repository
 * @param line number of its first line on the page
 * @param language what the opening fence says
 * @param file name of the file that it is, if the page has the mark {@code <!-- file: NAME -->} above it; else empty
 * @param text its lines, without the indentation that all of them share in a list
 */
public record Sample(String page, int line, String language, String file, String text) {

    /** The root of the repository. */
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern BLOCK = Pattern
            .compile("(?ms)(?:^<!-- file: (\\S+) -->\\R\\R)?^( *)```(\\w+)\\R(.*?)^\\2```$");

    /**
     * {@return the samples of all pages}
     *
     * @throws IOException if a page cannot be read
     */
    public static Stream<Sample> all() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (Path page : DocumentationPagesTest.pages().toList()) {
            samples.addAll(of(ROOT.relativize(page).toString(), Files.readString(page)));
        }
        return samples.stream();
    }

    /**
     * {@return the samples of a page}
     *
     * @param page its path, relative to the root of the repository
     * @throws IOException if it cannot be read
     */
    public static List<Sample> of(String page) throws IOException {
        return of(page, Files.readString(ROOT.resolve(page)));
    }

    static List<Sample> of(String page, String content) {
        return BLOCK.matcher(content).results().map((MatchResult found) -> {
            int line = (int) content.substring(0, found.start(4)).lines().count() + 1;
            String file = found.group(1) == null ? "" : found.group(1);
            String text = found.group(4).replaceAll("(?m)^" + found.group(2), "");
            return new Sample(page, line, found.group(3), file, text);
        }).toList();
    }

    @Override
    public String toString() {
        return page + ":" + line + ": " + text.lines().findFirst().orElse("");
    }
}
