package io.resourcelink.boot.messaging.autoconfigure;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.ClassUtils;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.Sample;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.RequestUnreadableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Kotlin's data classes as messages, written and read with Jackson's module for Kotlin, which is on the class path. The test compiles
 * them, and the documentation's samples, in a process of its own, because the build has no Kotlin. That takes some seconds.
 */
@Tag("slow")
@Timeout(120)
class KotlinMessagesIT {

    private static final String PACKAGE = KotlinMessagesIT.class.getPackageName() + ".kotlin.";

    @TempDir
    private static Path classes;

    private static URLClassLoader loader;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    record Named(String name) {}

    record Sized(int width) {}

    @BeforeAll
    static void compile() throws Exception {
        Path source = Path.of(Objects.requireNonNull(KotlinMessagesIT.class.getResource("Shapes.kt")).toURI());
        List<String> sources = new ArrayList<>(List.of(source.toString()));
        for (Sample sample : Sample.all().filter(sample -> sample.language().equals("kotlin")).toList()) {
            Path file = classes.resolve("Sample" + sources.size() + ".kt");
            Files.writeString(file, sample.text());
            sources.add(file.toString());
        }
        String classPath = System.getProperty("java.class.path");
        File log = classes.resolve("log").toFile();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                classPath, "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-no-stdlib", "-no-reflect", "-jvm-target",
                "25", "-d",
                classes.toString(), "-cp", classPath));
        command.addAll(sources);
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
        assertThat(compiler.waitFor()).as("the compiler: %s", Files.readString(log.toPath())).isZero();
        loader = new URLClassLoader(new URL[]{ classes.toUri().toURL() }, KotlinMessagesIT.class.getClassLoader());
    }

    @AfterAll
    static void close() throws Exception {
        loader.close();
    }

    private ApplicationContextRunner receiving() {
        return serving(PACKAGE + "Echo");
    }

    private ApplicationContextRunner serving(String type) {
        return directories.messaging().withBean("serving", Object.class,
                () -> BeanUtils.instantiateClass(ClassUtils.resolveClassName(type, loader)));
    }

    private static Map<?, ?> samples() throws ReflectiveOperationException {
        Class<?> shapes = ClassUtils.resolveClassName(PACKAGE + "ShapesKt", loader);
        return (Map<?, ?>) shapes.getMethod("samples").invoke(null);
    }

    @Test
    void dataClassesAreReceivedEqual() {
        receiving().run(_ -> directories.messaging().run(sending -> {
            IpcTemplate template = sending.getBean(IpcTemplate.class);
            assertThat(samples()).hasSize(4).allSatisfy((destination, sample) -> assertThat(
                    (Object) template.convertSendAndReceive((String) destination, sample, sample.getClass()))
                    .isEqualTo(sample));
        }));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void theApplicationsOfGettingStartedAskAndServe(CapturedOutput output) {
        serving("com.example.brightness.Brightness").run(_ -> directories.messaging().run(sending -> {
            Object application = BeanUtils
                    .instantiateClass(ClassUtils.resolveClassName("com.example.camera.CameraApplication", loader));
            CommandLineRunner camera = Objects.requireNonNull(ReflectionTestUtils.invokeMethod(application, "camera",
                    sending.getBean(ResourceLinkFactory.class), sending.getBean(IpcTemplate.class)));
            camera.run();
        }));
        assertThat(output).contains("The brightest pixel is 9.");
    }

    @Test
    void parametersThatTheSenderDoesNotHaveGetTheirDefaults() {
        receiving().run(_ -> directories.messaging().run(sending -> {
            Object expected = Objects.requireNonNull(samples().get("defaults"));
            assertThat((Object) sending.getBean(IpcTemplate.class).convertSendAndReceive("defaults", new Named("b"),
                    expected.getClass())).isEqualTo(expected);
        }));
    }

    @Test
    void parameterWithoutADefaultThatMustNotBeNullIsNamed() {
        receiving().run(_ -> directories.messaging()
                .run(sending -> assertThatExceptionOfType(RequestUnreadableException.class)
                        .isThrownBy(() -> sending.getBean(IpcTemplate.class).convertSendAndReceive("defaults",
                                new Sized(3), Object.class))
                        .withMessageContainingAll("\"defaults\"", "Defaults[\"name\"]")));
    }
}
