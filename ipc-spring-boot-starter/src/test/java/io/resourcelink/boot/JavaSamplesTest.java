package io.resourcelink.boot;

import java.io.File;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.ClassUtils;

import io.resourcelink.ResourceLink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Every Java sample of the documentation is compiled. Those that make an application are run as one; those of plain Java are run in
 * a process that has a {@code /dev/shm} of its own.
 */
@Tag("slow")
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class JavaSamplesTest {

    private static final String README = "README.md";

    private static final String GETTING_STARTED = "docs/getting-started.md";

    private static final String MESSAGING = "docs/messaging.md";

    @TempDir
    private static Path classes;

    private static JavaSamples compiled;

    private static URLClassLoader loader;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @BeforeAll
    static void compile() throws IOException {
        compiled = new JavaSamples(samples().toList(), classes);
        loader = new URLClassLoader(new URL[]{ classes.toUri().toURL() }, JavaSamplesTest.class.getClassLoader());
    }

    @AfterAll
    static void close() throws IOException {
        loader.close();
    }

    static Stream<Sample> samples() throws IOException {
        return Sample.all().filter(sample -> sample.language().equals("java"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void compiles(Sample sample) {
        assertThat(compiled.complaints(sample)).isEmpty();
    }

    @Test
    void theStartersSectionOfTheReadmeIsAnApplication() throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(Sample.of(README).stream()
                .filter(sample -> sample.language().equals("properties")).findFirst().orElseThrow().text()));
        properties.setProperty("server.port", "0");
        Class<?> frames = sample(README, "class Frames");
        Class<?> checksums = sample(README, "class Checksums");
        try (ConfigurableApplicationContext context = application(properties, frames, inner(frames, "Frames"),
                checksums,
                inner(checksums, "Checksums"))) {
            Object producer = context.getBean(inner(frames, "Frames"));
            Object picture = BeanUtils.instantiateClass(
                    inner(frames, "Picture").getDeclaredConstructor(byte[].class), new byte[]{ 1, 2, 3 });
            try (ResourceLink frame = call(producer, "produce", "frame-1", picture)) {
                assertThat(this.<Long>call(producer, "consume", "frame-1")).isEqualTo(6);
                assertThat(this.<Long>call(inner(checksums, "Checksums"), "ask", context.getBean("ipcTemplate"), frame))
                        .isEqualTo(6);
            }
            String port = context.getEnvironment().getRequiredProperty("local.server.port");
            try (HttpClient client = HttpClient.newHttpClient()) {
                assertThat(client.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ipc")).build(),
                        HttpResponse.BodyHandlers.ofString()).body()).contains("\"segments\":[]");
            }
        }
    }

    @Test
    void theTwoApplicationsOfGettingStartedTalkToEachOther(CapturedOutput output) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("spring.main.web-application-type", "none");
        try (ConfigurableApplicationContext _ = application(properties,
                ClassUtils.resolveClassName("com.example.brightness.BrightnessApplication", loader));
                ConfigurableApplicationContext _ = application(properties,
                        ClassUtils.resolveClassName("com.example.camera.CameraApplication", loader))) {
            assertThat(output).contains(said(1));
        }
    }

    /** What the page promises that the second of two programs prints. */
    private static String said(int place) throws IOException {
        return Files.readString(Sample.ROOT.resolve(GETTING_STARTED)).lines()
                .filter(line -> line.startsWith("The second one prints `")).skip(place).findFirst().orElseThrow()
                .split("`")[1];
    }

    @Test
    void plainJavaRunsAsItStandsOnThePage(@TempDir Path work) throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                "mount -t tmpfs tmpfs /dev/shm && exec \"$@\"", "sh"));
        assumeThat(ends(command, work, "true")).as("unshare --user --mount works here").isZero();
        assertThat(ends(command, work, Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"), SampleRuns.class.getName(),
                "Producer,Consumer,",
                compiled.className(README, "channel.serve(") + "," + compiled.className(README, "channel.connect(")
                        + ",shots",
                compiled.className(README, "/dev/shm/pictures"),
                compiled.className(MESSAGING, "serveCompeting(") + ","
                        + compiled.className(MESSAGING, "channel.connect(")
                        + ",jobs",
                compiled.className(MESSAGING, "channel.subscribe(") + ","
                        + compiled.className(MESSAGING, "channel.publisher(") + ",news"))
                .as(Files.readString(work.resolve("log"))).isZero();
        assertThat(Files.readAllLines(work.resolve("log")))
                .contains(said(0), "Verdict[sharp=true]", "done: 7", "Job[number=8]")
                .filteredOn(line -> line.startsWith("Done: ")).hasSize(5);
    }

    private static int ends(List<String> prefix, Path work, String... arguments) throws InterruptedException {
        try {
            return new ProcessBuilder(Stream.concat(prefix.stream(), Stream.of(arguments)).toList())
                    .directory(work.toFile()).redirectErrorStream(true).redirectOutput(work.resolve("log").toFile())
                    .start().waitFor();
        } catch (IOException _) {
            return -1;
        }
    }

    private ConfigurableApplicationContext application(Properties properties, Class<?>... beans) {
        for (String property : directories.properties()) {
            String[] parts = property.split("=", 2);
            properties.setProperty(parts[0], parts[1]);
        }
        List<Class<?>> sources = new ArrayList<>(List.of(beans));
        sources.add(Application.class);
        return new SpringApplicationBuilder(new DefaultResourceLoader(loader), sources.toArray(Class<?>[]::new))
                .properties(properties)
                .registerShutdownHook(false).run();
    }

    private static Class<?> sample(String page, String part) {
        return ClassUtils.resolveClassName(compiled.className(page, part), loader);
    }

    private static Class<?> inner(Class<?> sample, String name) {
        return ClassUtils.resolveClassName(sample.getName() + "$" + name, loader);
    }

    @SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
    private <T> T call(Object target, String method, Object... arguments) {
        Object result = target instanceof Class<?> type
                ? ReflectionTestUtils.invokeMethod(type, method, arguments)
                : ReflectionTestUtils.invokeMethod(target, method, arguments);
        return (T) Objects.requireNonNull(result);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
