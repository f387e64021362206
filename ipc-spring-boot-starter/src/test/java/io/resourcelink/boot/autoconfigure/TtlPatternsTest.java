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
import org.springframework.boot.SpringApplication;
import org.springframework.boot.support.SpringApplicationJsonEnvironmentPostProcessor;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

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

    @ParameterizedTest
    @ValueSource(strings = { "frame-*", "frame-?", "*", "*.tmp", "a.*.b", "frame-[0-9]*", "frame[*]", "a.b", "a.[b*]" })
    void patternWithoutBracketsIsRefusedWithHowToWriteIt(String pattern) throws IOException {
        Files.writeString(configuration.resolve("application.yaml"),
                "ipc:\n  ttl:\n    patterns:\n      \"" + pattern + "\": 5s\n");
        assertRefused(runner(), pattern);
        Files.delete(configuration.resolve("application.yaml"));
        assertRefused(runner().withPropertyValues("ipc.ttl.patterns." + pattern + "=5s"), pattern);
        assertRefused(runner().withInitializer(json("{\"ipc\": {\"ttl\": {\"patterns\": {\"%s\": \"5s\"}}}}"
                .formatted(pattern))), pattern);
    }

    private static void assertRefused(ApplicationContextRunner runner, String pattern) {
        runner.run(context -> assertThat(context).getFailure().hasStackTraceContaining(
                "Property ipc.ttl.patterns." + pattern
                        + " with value '5s' is invalid: without brackets, Spring Boot drops characters")
                .hasStackTraceContaining("\"[" + pattern + "]\" with the quotes in YAML")
                .hasStackTraceContaining("\"[frame-*]\": 5s"));
    }

    @Test
    void patternIsWrittenInJsonToo() {
        runner().withInitializer(json("""
                {"ipc": {"ttl": {"patterns": {"[frame-*]": "5s", "page": 6}}}}"""))
                .run(context -> assertThat(context.getBean(IpcProperties.class).ttl().patterns())
                        .containsOnly(pattern("frame-*", 5), pattern("page", 6)));
    }

    @Test
    void patternWithoutWildcardsNeedsNoBrackets() {
        runner().withPropertyValues("ipc.ttl.patterns.frame-1=1s", "ipc.ttl.patterns.b_C=2s", "IPC.TTL.patterns.c=3s")
                .run(context -> assertThat(context.getBean(IpcProperties.class).ttl().patterns()).containsOnly(
                        pattern("frame-1", 1), pattern("b_C", 2), pattern("c", 3)));
    }

    private static ApplicationContextInitializer<ConfigurableApplicationContext> json(String json) {
        return context -> {
            ConfigurableEnvironment environment = context.getEnvironment();
            environment.getPropertySources().addFirst(
                    new MapPropertySource("json", Map.of("SPRING_APPLICATION_JSON", json)));
            new SpringApplicationJsonEnvironmentPostProcessor().postProcessEnvironment(environment,
                    new SpringApplication());
        };
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
