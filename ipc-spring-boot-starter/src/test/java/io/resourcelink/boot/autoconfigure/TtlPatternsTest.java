package io.resourcelink.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;

import static org.assertj.core.api.Assertions.assertThat;

/** Times to live by patterns of keys, from the files that applications have. */
class TtlPatternsTest {

    private static final String PROPERTIES = """
            ipc.ttl.default=1h
            ipc.ttl.patterns[zebra-*]=1s
            ipc.ttl.patterns[frame-raw-*]=2s
            ipc.ttl.patterns[frame-*]=3s
            ipc.ttl.patterns[a?]=4s
            ipc.ttl.patterns[*.tmp]=5s
            ipc.ttl.patterns[endless]=0s
            """;
    private static final String YAML = """
            ipc:
              ttl:
                default: 1h
                patterns:
                  "[zebra-*]": 1s
                  "[frame-raw-*]": 2s
                  "[frame-*]": 3s
                  "[a?]": 4s
                  "[*.tmp]": 5s
                  "[endless]": 0s
            """;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path configuration;

    @ParameterizedTest
    @ValueSource(strings = { "application.properties", "application.yaml" })
    void patternsKeepTheOrderOfTheFile(String name) throws IOException {
        Files.writeString(configuration.resolve(name), name.endsWith("yaml") ? YAML : PROPERTIES);
        runner().run(context -> assertThat(context.getBean(IpcProperties.class).ttl().patterns()).containsExactly(
                pattern("zebra-*", 1), pattern("frame-raw-*", 2), pattern("frame-*", 3), pattern("a?", 4),
                pattern("*.tmp", 5), pattern("endless", 0)));
    }

    @Test
    void segmentsLiveAsLongAsTheFirstPatternSaysThatMatches() throws IOException {
        Files.writeString(configuration.resolve("application.properties"), PROPERTIES);
        runner().run(context -> {
            ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
            assertLives(factory, "frame-raw-1.tmp", Duration.ofSeconds(2));
            assertLives(factory, "frame-1", Duration.ofSeconds(3));
            assertLives(factory, "page.tmp", Duration.ofSeconds(5));
            assertLives(factory, "page", Duration.ofHours(1));
            try (ResourceLink link = factory.create("endless", 1)) {
                assertThat(link.ttl()).isNull();
            }
        });
    }

    private static void assertLives(ResourceLinkFactory factory, String key, Duration ttl) {
        try (ResourceLink link = factory.create(key, 1)) {
            assertThat(link.ttl()).isEqualTo(ttl);
        }
    }

    private static Map.Entry<String, Duration> pattern(String keys, int seconds) {
        return Map.entry(keys, Duration.ofSeconds(seconds));
    }

    private ApplicationContextRunner runner() {
        return directories.runner().withInitializer(new ConfigDataApplicationContextInitializer())
                .withPropertyValues("spring.config.location=" + configuration.toUri());
    }
}
