package io.resourcelink.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.resourcelink.boot.autoconfigure.IpcProperties;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelProperties;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** The documentation of the starter, and what editors are told, have every property. */
class DocumentationTest {

    private static DocumentContext metadata = JsonPath.parse("{}");

    @BeforeAll
    static void readMetadata() throws IOException {
        try (InputStream file = Objects.requireNonNull(
                IpcProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            metadata = JsonPath.parse(file);
        }
    }

    @Test
    void theExampleOfATestIsOneThatRuns() throws IOException {
        String source = Files
                .readString(Path.of("src/test/java/io/resourcelink/boot/test/example/FramesTest.java"));
        String example = source.substring(source.indexOf("@SpringBootTest\n"));
        assertThat(Files.readString(Path.of("../docs/starter.md"))).contains("```java\n" + example + "```");
    }

    @Test
    void everyPropertyIsDescribed() {
        List<Map<String, Object>> properties = metadata.read("$.properties");
        assertThat(properties).hasSizeGreaterThan(20)
                .allSatisfy(property -> assertThat((String) property.get("description"))
                        .as("description of " + property.get("name")).isNotBlank().endsWith("."));
        List<Map<String, Object>> values = metadata.read("$.hints[*].values[*]");
        assertThat(values).allSatisfy(value -> assertThat((String) value.get("description"))
                .as("description of " + value.get("value")).isNotBlank().endsWith("."));
    }

    static Stream<Arguments> suggestions() {
        List<Map<String, Object>> hints = metadata.read("$.hints");
        return hints.stream().flatMap(hint -> Objects.requireNonNull((List<?>) hint.get("values")).stream()
                .map(value -> arguments(hint.get("name"), String.valueOf(((Map<?, ?>) value).get("value")))));
    }

    @ParameterizedTest
    @MethodSource("suggestions")
    void whatEditorsSuggestWillDo(String hint, String value) {
        Map<String, String> suggested = switch (hint) {
            case "ipc.ttl.patterns.keys" -> Map.of("ipc.ttl.patterns[" + value + "]", "1s");
            case "ipc.ttl.patterns.values" -> Map.of("ipc.ttl.patterns[key]", value);
            default -> Map.of(hint, value);
        };
        List<String> names = metadata.read("$.properties[*].name");
        assertThat(names).anyMatch(name -> hint.equals(name) || hint.equals(name + ".keys")
                || hint.equals(name + ".values"));
        Binder binder = new Binder(new MapConfigurationPropertySource(suggested));
        Stream<Boolean> bound = Stream.of(binder.bind("ipc", IpcProperties.class).isBound(),
                binder.bind("ipc.channels", IpcChannelProperties.class).isBound(),
                binder.bind("ipc.messaging", IpcMessagingProperties.class).isBound());
        assertThat(bound).contains(true);
    }
}
