package io.resourcelink.boot;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/** Applications in JVMs that do not let them share memory. */
@Timeout(120)
class UnusableSystemIT {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path work;

    @Test
    void deniedNativeAccessIsAnsweredWithHowToAllowIt() throws Exception {
        assertThat(start(1, "--illegal-native-access=deny")).contains("APPLICATION FAILED TO START",
                "this JVM denies it", "Enable-Native-Access: ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void unknownProcessorIsAnsweredWithTheKnownOnes() throws Exception {
        assertThat(start(1, "--enable-native-access=ALL-UNNAMED", "-Dos.arch=riscv64")).contains(
                "APPLICATION FAILED TO START", "Shared segments need Linux on x86-64 or aarch64",
                "Or declare an InProcessMemory bean");
    }

    @Test
    void offLinuxItStartsWithoutNativeAccess() throws Exception {
        assertThat(start(0, "--illegal-native-access=deny", "-Dos.name=Plan 9")).contains(
                "this is Plan 9").doesNotContain("APPLICATION FAILED TO START");
    }

    @Test
    void nativeImageIsAnsweredWithTheJvm() throws Exception {
        String classPath = processAheadOfTime() + File.pathSeparator + System.getProperty("java.class.path");
        assertThat(start(1, "--enable-native-access=ALL-UNNAMED", "-Dspring.aot.enabled=true",
                "-Dorg.graalvm.nativeimage.imagecode=runtime", "-cp", classPath)).contains(
                        "Starting AOT-processed", "APPLICATION FAILED TO START",
                        "does not work in a GraalVM native image",
                        "no image has been tested; run the application on the JVM", "-XX:AOTCache=app.aot");
    }

    /** {@return where the classes are that Spring generates, without which no image starts} */
    private Path processAheadOfTime() throws Exception {
        Path sources = work.resolve("sources");
        Path classes = work.resolve("classes");
        List<String> generation = java("-cp", System.getProperty("java.class.path"),
                SpringApplicationAotProcessor.class.getName(), EmptyApplication.class.getName(), sources.toString(),
                classes.toString(), classes.toString(), "test", "test");
        generation.addAll(Arrays.stream(directories.properties()).map("--"::concat).toList());
        run(0, generation);
        List<String> compilation = new ArrayList<>(List.of("-d", classes.toString(), "-cp",
                System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(Files::isRegularFile).map(Path::toString).forEach(compilation::add);
        }
        StringWriter out = new StringWriter();
        int exit = ToolProvider.findFirst("javac").orElseThrow().run(new PrintWriter(out), new PrintWriter(out),
                compilation.toArray(String[]::new));
        assertThat(exit).as(out.toString()).isZero();
        return classes;
    }

    private String start(int expectedExit, String... options) throws IOException, InterruptedException {
        List<String> command = java("-cp", System.getProperty("java.class.path"));
        command.addAll(List.of(options));
        command.add(EmptyApplication.class.getName());
        for (String property : directories.properties()) {
            command.add("--" + property);
        }
        return run(expectedExit, command);
    }

    private static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        return command;
    }

    private String run(int expectedExit, List<String> command) throws IOException, InterruptedException {
        Path output = work.resolve("output");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                .directory(work.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended in time").isTrue();
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(printed).isEqualTo(expectedExit);
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }
}
