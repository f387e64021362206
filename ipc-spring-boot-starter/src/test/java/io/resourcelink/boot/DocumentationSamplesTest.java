package io.resourcelink.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

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
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import io.resourcelink.boot.autoconfigure.IpcProperties;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelProperties;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** The samples of the documentation that are no programs: settings are bound, shell scripts are parsed, dependencies are the build's. */
class DocumentationSamplesTest {

    private static final Pattern COORDINATES = Pattern.compile("\"([\\w.-]+:[\\w.-]+:[\\w.-]+)\"");

    /** Each kind of sample, and what tries it. A build with Gradle is read here, and not run. */
    private static final Map<String, String> TRIED = Map.of("java", "JavaSamplesTest", "kotlin", "KotlinMessagesIT",
            "yaml", "this", "properties", "this", "bash", "this", "xml", "this", "gradle", "this");

    static Stream<Sample> settings() throws IOException {
        return Sample.all()
                .filter(sample -> sample.language().equals("yaml") || sample.language().equals("properties"));
    }

    static Stream<Sample> scripts() throws IOException {
        return Sample.all().filter(sample -> sample.language().equals("bash"));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void settingsAreKnownAndCanBeBound(Sample sample) throws IOException {
        Map<String, Object> values = sample.language().equals("yaml") ? yaml(sample.text()) : properties(sample.text());
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
            script.write(sample.text());
        }
        String complaints = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(complaints).isZero();
    }

    @Test
    void everyKindOfSampleIsTried() throws IOException {
        assertThat(Sample.all().map(Sample::language).distinct()).containsExactlyInAnyOrderElementsOf(TRIED.keySet());
    }

    @Test
    void dependenciesAreModulesOfThisBuild() throws Exception {
        Element build = xml(Files.readString(Sample.ROOT.resolve("pom.xml")));
        String version = text(build, "version");
        List<String> modules = elements(build, "module").map(Element::getTextContent)
                .map(module -> text(build, "groupId") + ":" + module + ":" + version).toList();
        String group = text(build, "groupId") + ":";
        List<String> named = new ArrayList<>();
        for (Sample sample : Sample.all().toList()) {
            if (sample.language().equals("xml")) {
                elements(xml("<all>" + sample.text() + "</all>"), "dependency")
                        .map(one -> String.join(":", text(one, "groupId"), text(one, "artifactId"),
                                elements(one, "version").findFirst().map(Element::getTextContent).orElse("managed")))
                        .forEach(named::add);
            } else if (sample.language().equals("gradle")) {
                COORDINATES.matcher(sample.text()).results().map(found -> found.group(1)).forEach(named::add);
            }
        }
        assertThat(named).hasSizeGreaterThan(2).allMatch(name -> !name.startsWith(group) || modules.contains(name));
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

    private static Element xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)))
                .getDocumentElement();
    }

    private static Stream<Element> elements(Element within, String name) {
        NodeList found = within.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(found::item).map(Element.class::cast);
    }

    private static String text(Element within, String name) {
        return elements(within, name).findFirst().orElseThrow().getTextContent();
    }
}
