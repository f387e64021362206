package io.resourcelink;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The library's jar as a module of an application that is a module itself. */
@ExtendWith(SharedMemoryDirectory.class)
class ModulePathIT {

    private static final String MODULE = "io.resourcelink.core";
    private static final Path SOURCES = Path.of("src/test/application");
    private static final Path JAR = Path.of(System.getProperty("ipc.core.jar", ""));

    @TempDir
    private static Path classes;

    private record Run(int exitCode, String out, String err) {}

    @BeforeAll
    static void compileTheApplication() throws IOException, URISyntaxException {
        List<String> command = new ArrayList<>(List.of("-Xlint:all", "-Werror", "-d", classes.toString(),
                "--class-path", classes.toString(), "--module-path", libraries()));
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            sources.filter(Files::isRegularFile).map(Path::toString).forEach(command::add);
        }
        StringWriter out = new StringWriter();
        int exitCode = ToolProvider.findFirst("javac").orElseThrow().run(new PrintWriter(out),
                new PrintWriter(out), command.toArray(String[]::new));
        assertThat(exitCode).as(out.toString()).isZero();
    }

    private static String libraries() throws URISyntaxException {
        List<String> jars = new ArrayList<>(List.of(JAR.toString()));
        for (Class<?> type : List.of(JsonProperty.class, JsonParser.class, ObjectMapper.class, CBORMapper.class)) {
            jars.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
        }
        return String.join(File.pathSeparator, jars);
    }

    private static Run run(Path directory, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("--illegal-native-access=deny", "--module-path",
                libraries() + File.pathSeparator + classes, "--module", "app/app.Application", directory.toString()));
        Path err = classes.resolve("err");
        Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, Files.readString(err));
    }

    @Test
    void anApplicationSharesSegmentsAndSendsMemory(Path directory) throws Exception {
        assertThat(run(directory, "--enable-native-access=" + MODULE))
                .isEqualTo(new Run(0, "created 2 hello\nfirst 3 99\n", ""));
    }

    @Test
    void anApplicationWithoutNativeAccessIsToldTheModule(Path directory) throws Exception {
        Run run = run(directory);

        assertThat(run.exitCode()).isOne();
        assertThat(run.err()).contains("IllegalCallerException", "--enable-native-access=" + MODULE)
                .doesNotContain("ALL-UNNAMED");
    }

    @Test
    void internalPackagesAreExportedToThisProjectOnly() {
        ModuleDescriptor module = ModuleFinder.of(JAR).find(MODULE).orElseThrow().descriptor();

        assertThat(module.exports()).filteredOn(export -> export.source().startsWith("io.resourcelink.internal"))
                .allSatisfy(export -> assertThat(export.targets()).isNotEmpty()
                        .allMatch(target -> target.startsWith("io.resourcelink.")));
        assertThat(module.packages())
                .containsAll(module.exports().stream().map(ModuleDescriptor.Exports::source).toList());
    }
}
