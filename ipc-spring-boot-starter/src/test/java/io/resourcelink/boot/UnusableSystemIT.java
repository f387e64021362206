package io.resourcelink.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

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

    private String start(int expectedExit, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Application.class.getName()));
        for (String property : directories.properties()) {
            command.add("--" + property);
        }
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

    /** Started in a JVM of its own; ends by itself if it starts at all. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        static void main(String[] arguments) {
            SpringApplication application = new SpringApplication(Application.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            application.run(arguments).close();
        }
    }
}
