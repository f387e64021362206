package io.resourcelink.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.resourcelink.boot.autoconfigure.IpcProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pages in {@code docs} have what they promise: all properties, exceptions and failure analyzers, and links that
 * lead somewhere.
 *
 * <p>{@code -Dipc.documentation.update=true} writes the table of properties, and the README's figures.
 */
class DocumentationPagesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            List<Path> pages = docs.filter(page -> page.toString().endsWith(".md")).sorted().toList();
            return Stream.concat(pages.stream(),
                    Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md",
                            "sample-app/README.md").map(ROOT::resolve));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAPageAndAHeading(Path page) throws IOException {
        for (String link : LINK.matcher(prose(page)).results().map(found -> found.group(1)).toList()) {
            // The campaign writes its results, so they are not always there.
            if (link.contains("://") || link.endsWith(".csv") || link.equals("images/soak.svg")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? page : Objects.requireNonNull(page.getParent()).resolve(parts[0]);
            assertThat(target).as("%s: %s", page, link).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).as("%s: %s", page, link).contains(parts[1]);
            }
        }
    }

    @Test
    void theTableOfContentsHasEveryPage() throws IOException {
        String contents = Files.readString(ROOT.resolve("docs/README.md"));
        assertThat(pages().filter(page -> page.startsWith(ROOT.resolve("docs")) && !page.endsWith("docs/README.md"))
                .map(page -> "(" + ROOT.resolve("docs").relativize(page) + ")")).allMatch(contents::contains);
    }

    @Test
    void theTableOfPropertiesIsThatOfTheMetadata() throws IOException {
        Path page = ROOT.resolve("docs/configuration.md");
        String text = Files.readString(page);
        int from = text.indexOf("<!-- properties -->") + "<!-- properties -->".length();
        int to = text.indexOf("<!-- /properties -->");
        if (Boolean.getBoolean("ipc.documentation.update")) {
            Files.writeString(page, text.substring(0, from) + "\n\n" + properties() + "\n" + text.substring(to));
        } else {
            assertThat(text.substring(from, to).strip()).isEqualTo(properties().strip());
        }
    }

    /** The benchmark writes the tables of the page about performance; the README repeats three of their figures. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            published into recycled memory, beside a Unix-domain socket | targets         | recycled, 64 MiB / Unix socket         | 2
            the same, beside Aeron IPC                                  | targets         | recycled, 64 MiB / Aeron IPC           | 2
            16 MiB as a claim through Artemis,                          | claims-messages | claim in a message of Artemis, near    | 3
            """)
    void figureOfTheReadmeIsThatOfTheBenchmark(String inReadme, String part, String row, int column)
            throws IOException {
        String tables = Files.readString(ROOT.resolve("docs/performance.md"));
        int from = tables.indexOf("<!-- benchmark:" + part + " -->");
        String measured = cells(row(tables.substring(from, tables.indexOf("<!-- /benchmark -->", from)), row))
                .get(column);
        Path readme = ROOT.resolve("README.md");
        String text = Files.readString(readme);
        String line = row(text, inReadme);
        String shown = cells(line).get(1);
        if (Boolean.getBoolean("ipc.documentation.update")) {
            Files.writeString(readme, text.replace(line, line.replace(shown, shown.replaceFirst("[\\d.]+", measured))));
        } else {
            assertThat(shown).startsWith(measured + " of its time");
        }
    }

    private static String row(String table, String beginning) {
        return table.lines().filter(line -> line.startsWith("| " + beginning)).findFirst().orElseThrow();
    }

    private static List<String> cells(String line) {
        return Stream.of(line.substring(2).split(" \\|")).map(String::strip).toList();
    }

    @Test
    void everyExceptionIsExplained() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/troubleshooting.md"));
        List<String> exceptions = Stream.concat(
                types("ipc-core/src/main/java/io/resourcelink/error", source -> source.contains("\npublic ")),
                types("ipc-spring-boot-starter/src/main/java", source -> source.contains("\npublic ")))
                .filter(name -> name.endsWith("Exception")).toList();
        assertThat(exceptions).hasSizeGreaterThan(30).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    void everyFailureAnalyzerIsExplained() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/troubleshooting.md"));
        assertThat(types("ipc-spring-boot-starter/src/main/java", _ -> true)
                .filter(name -> name.endsWith("FailureAnalyzer")).toList()).hasSizeGreaterThan(5)
                .allSatisfy(name -> assertThat(page).contains("| `" + name + "` |"));
    }

    private static Stream<String> types(String folder, Predicate<String> wanted) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (wanted.test(Files.readString(file))) {
                    names.add(String.valueOf(file.getFileName()).replace(".java", ""));
                }
            }
        }
        return names.stream();
    }

    private static String properties() throws IOException {
        TreeMap<String, String> rows = new TreeMap<>();
        for (Map<String, Object> property : metadata().<List<Map<String, Object>>>read("$.properties")) {
            String name = String.valueOf(property.get("name"));
            Object value = property.get("defaultValue");
            rows.put(name, "| `%s` | %s | %s |%n".formatted(name.equals("ipc.ttl.patterns") ? name + "[<keys>]" : name,
                    value == null ? "" : "`" + value + "`",
                    String.valueOf(property.get("description")).replace("|", "\\|")));
        }
        return "| property | default | |\n|---|---|---|\n" + String.join("", rows.values());
    }

    private static DocumentContext metadata() throws IOException {
        try (InputStream file = Objects.requireNonNull(
                IpcProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            return JsonPath.parse(file);
        }
    }

    /** The page without its samples. */
    private static String prose(Path page) throws IOException {
        return Files.readString(page).replaceAll("(?ms)^```.*?^```$", "").replaceAll("`[^`\n]*`", "");
    }

    private static List<String> anchors(Path page) throws IOException {
        return Files.readString(page).replaceAll("(?ms)^```.*?^```$", "").lines().filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }
}
