package io.resourcelink.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import static org.assertj.core.api.Assertions.assertThat;

/** The files for the platform that hosts the repository, and for editors, can be read and agree with the build. */
class RepositoryFilesTest {

    private static final Path ROOT = Path.of("..");

    static Stream<Path> yamlFiles() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(".github"))) {
            return files.filter(file -> file.toString().endsWith(".yml")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("yamlFiles")
    void isOneYamlDocument(Path file) throws IOException {
        assertThat(read(file)).isNotEmpty();
    }

    @Test
    void theWorkflowRunsTheGateOnBothProcessorsAndTwoJdks() throws IOException {
        Map<?, ?> gate = within(read(ROOT.resolve(".github/workflows/ci.yml")), "jobs", "gate");
        assertThat(list(gate, "steps")).anySatisfy(step -> assertThat(step).containsEntry("run", "bash .ci/run"));
        Map<?, ?> matrix = within(gate, "strategy", "matrix");
        assertThat(matrix.get("jdk")).asInstanceOf(InstanceOfAssertFactories.LIST)
                .contains("25").hasSize(2);
        assertThat(list(matrix, "include")).extracting(runner -> runner.get("processor"))
                .containsExactlyElementsOf((List<?>) Objects.requireNonNull(matrix.get("processor")));
        assertThat(ROOT.resolve(".ci/run")).isRegularFile();
    }

    @Test
    void theWorkflowDoesWhatThePageForNewcomersSays() throws IOException {
        Map<?, ?> stranger = within(read(ROOT.resolve(".github/workflows/ci.yml")), "jobs", "stranger");
        assertThat(list(stranger, "steps"))
                .anySatisfy(step -> assertThat(step).containsEntry("run", "bash .ci/stranger"));
        assertThat(ROOT.resolve(".ci/stranger")).isRegularFile();
    }

    @Test
    void everyWorkflowMayOnlyRead() throws IOException {
        for (Path file : yamlFiles().filter(file -> file.getParent().endsWith("workflows")).toList()) {
            assertThat(read(file).get("permissions")).as(file.toString()).isEqualTo(Map.of("contents", "read"));
        }
    }

    @Test
    void updatesAreProposedForMavenAndForWorkflows() throws IOException {
        assertThat(list(read(ROOT.resolve(".github/dependabot.yml")), "updates"))
                .extracting(update -> update.get("package-ecosystem")).containsExactly("maven", "github-actions");
    }

    @Test
    void editorsIndentAndBreakAsTheFormatterDoes() throws IOException {
        String formatter = Files.readString(ROOT.resolve(".mvn/eclipse-formatter.xml"));
        String editor = Files.readString(ROOT.resolve(".editorconfig"));
        String java = editor.substring(editor.indexOf("[*.java]"), editor.indexOf("[*.py]"));
        assertThat(java).contains("indent_size = " + setting(formatter, "indentation.size") + "\n")
                .contains("max_line_length = " + setting(formatter, "lineSplit") + "\n");
        assertThat(editor).contains("indent_style = " + setting(formatter, "tabulation.char") + "\n");
    }

    private static String setting(String formatter, String name) {
        String start = "id=\"org.eclipse.jdt.core.formatter." + name + "\" value=\"";
        int from = formatter.indexOf(start) + start.length();
        return formatter.substring(from, formatter.indexOf('"', from));
    }

    private static Map<?, ?> read(Path file) throws IOException {
        Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
        return (Map<?, ?>) Objects.requireNonNull(document, file.toString());
    }

    private static Map<?, ?> within(Map<?, ?> map, String... path) {
        Map<?, ?> inner = map;
        for (String name : path) {
            inner = (Map<?, ?>) Objects.requireNonNull(inner.get(name), name);
        }
        return inner;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<?, ?> map, String name) {
        return (List<Map<String, Object>>) Objects.requireNonNull(map.get(name), name);
    }
}
