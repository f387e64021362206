package io.resourcelink.boot;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/** A new application, of what the README says and nothing else: its classes are compiled, its properties are set. */
@Tag("slow")
@Timeout(120)
class ReadmeTest {

    /** What a reader adds: imports, and the two things that the text leaves to him. */
    private static final String AROUND = """
            import java.lang.foreign.MemorySegment;
            import java.lang.foreign.ValueLayout;
            import io.resourcelink.*;
            import io.resourcelink.boot.messaging.*;
            import org.springframework.stereotype.*;

            interface Checksum {
                default long checksum(MemorySegment bytes) {
                    return bytes.elements(ValueLayout.JAVA_BYTE).mapToLong(b -> b.get(ValueLayout.JAVA_BYTE, 0)).sum();
                }
            }

            record Picture(byte[] bytes) {
                long byteSize() { return bytes.length; }
                void decodeInto(MemorySegment payload) { payload.copyFrom(MemorySegment.ofArray(bytes)); }
            }

            @Component
            class Walk implements java.util.concurrent.Callable<Long> {
                private final Frames frames;
                private final IpcTemplate template;
                Walk(Frames frames, IpcTemplate template) { this.frames = frames; this.template = template; }
                public Long call() {
                    try (ResourceLink frame = frames.produce("frame-1", new Picture(new byte[]{ 1, 2, 3 }))) {
                        return 1000 * frames.consume("frame-1") + Checksums.ask(template, frame);
                    }
                }
            }
            """;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path work;

    @Test
    void theStartersSectionIsAnApplication() throws Exception {
        String section = section("## Use it");
        List<String> classes = blocks(section, "java");
        Properties properties = new Properties();
        properties.load(new StringReader(String.join("\n", blocks(section, "properties"))));
        assertThat(classes).hasSize(2);
        try (URLClassLoader loader = compile(AROUND + String.join("\n", classes))) {
            for (String property : directories.properties()) {
                String[] parts = property.split("=", 2);
                properties.setProperty(parts[0], parts[1]);
            }
            properties.setProperty("server.port", "0");
            walk(loader, properties);
        }
    }

    private static void walk(ClassLoader loader, Properties properties) throws Exception {
        Class<?> walk = loader.loadClass("Walk");
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class,
                loader.loadClass("Frames"), loader.loadClass("Checksums"), walk).properties(properties)
                .registerShutdownHook(false).run()) {
            assertThat(((Callable<?>) context.getBean(walk)).call()).isEqualTo(6006L);
            String port = context.getEnvironment().getRequiredProperty("local.server.port");
            try (HttpClient client = HttpClient.newHttpClient()) {
                String shown = client.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ipc")).build(),
                        HttpResponse.BodyHandlers.ofString()).body();
                assertThat(shown).contains("\"segments\":[]");
            }
        }
    }

    private URLClassLoader compile(String source) throws IOException {
        // Not in a package, like a reader's first attempt; methods of an interface are there without an import.
        Path file = work.resolve("Readme.java");
        Files.writeString(file, source.replace("class Frames {", "class Frames implements Checksum {")
                .replace("class Checksums {", "class Checksums implements Checksum {"));
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-parameters", "-proc:none", "-cp",
                System.getProperty("java.class.path"), "-d", work.toString(), file.toString());
        assertThat(result).isZero();
        return new URLClassLoader(new URL[]{ work.toUri().toURL() }, ReadmeTest.class.getClassLoader());
    }

    private static String section(String heading) throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int start = readme.indexOf(heading + '\n');
        return readme.substring(start, readme.indexOf("\n## ", start + heading.length()));
    }

    private static List<String> blocks(String text, String language) {
        return Pattern.compile("```" + language + "\\R(.*?)```", Pattern.DOTALL).matcher(text).results()
                .map((MatchResult block) -> block.group(1)).toList();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
