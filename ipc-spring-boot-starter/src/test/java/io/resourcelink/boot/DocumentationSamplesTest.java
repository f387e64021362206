package io.resourcelink.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import io.resourcelink.boot.autoconfigure.IpcProperties;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelProperties;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** The samples of the documentation that are no Java: settings are bound, shell scripts are parsed. */
class DocumentationSamplesTest {

    /** Read, and not run: they need what the gate does not have. */
    private static final List<String> NOT_RUN = List.of("kotlin", "xml", "sh", "text", "json", "python", "c", "java");

    record Sample(Path page, String language, String text) {

        @Override
        public String toString() {
            return page.getFileName() + ": " + text.lines().findFirst().orElse("");
        }
    }

    static Stream<Sample> settings() throws IOException {
        return samples().filter(sample -> sample.language.equals("yaml") || sample.language.equals("properties"));
    }

    static Stream<Sample> scripts() throws IOException {
        return samples().filter(sample -> sample.language.equals("bash"));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void settingsAreKnownAndCanBeBound(Sample sample) throws IOException {
        Map<String, Object> values = sample.language.equals("yaml") ? yaml(sample.text) : properties(sample.text);
        assertThat(values).isNotEmpty();
        List<String> known = names();
        for (String name : values.keySet().stream().filter(name -> name.startsWith("ipc.")).toList()) {
            ConfigurationPropertyName wanted = ConfigurationPropertyName.of(withoutIndex(name));
            assertThat(known).as(name).anyMatch(property -> ConfigurationPropertyName.of(property).equals(wanted));
        }
        values.values().removeIf(value -> String.valueOf(value).contains("${"));
        Binder binder = new Binder(new MapConfigurationPropertySource(values));
        assertThatCode(() -> {
            binder.bind("ipc", IpcProperties.class);
            binder.bind("ipc.channels", IpcChannelProperties.class);
            binder.bind("ipc.messaging", IpcMessagingProperties.class);
        }).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void scriptsCanBeParsed(Sample sample) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        try (var script = shell.outputWriter()) {
            script.write(sample.text);
        }
        String complaints = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(complaints).isZero();
    }

    @Test
    void everyOtherSampleIsKnownNotToRunHere() throws IOException {
        List<String> others = samples().map(Sample::language)
                .filter(language -> !List.of("yaml", "properties", "bash").contains(language)).distinct().toList();
        assertThat(NOT_RUN).containsAll(others);
    }

    private static Stream<Sample> samples() throws IOException {
        List<Sample> samples = new ArrayList<>();
        Pattern block = Pattern.compile("(?ms)^```(\\w+)\\R(.*?)^```$");
        for (Path page : DocumentationPagesTest.pages().toList()) {
            block.matcher(Files.readString(page)).results().map((MatchResult found) -> new Sample(page, found.group(1),
                    found.group(2))).forEach(samples::add);
        }
        return samples.stream();
    }

    private static Map<String, Object> properties(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        Map<String, Object> values = new LinkedHashMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }

    private static Map<String, Object> yaml(String text) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (PropertySource<?> source : new YamlPropertySourceLoader().load("sample",
                new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))) {
            for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                values.put(name, Objects.requireNonNull(source.getProperty(name)));
            }
        }
        return values;
    }

    private static String withoutIndex(String name) {
        return name.contains("[") ? name.substring(0, name.indexOf('[')) : name;
    }

    private static List<String> names() throws IOException {
        try (InputStream file = Objects.requireNonNull(
                IpcProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            return JsonPath.parse(file).read("$.properties[*].name");
        }
    }
}
