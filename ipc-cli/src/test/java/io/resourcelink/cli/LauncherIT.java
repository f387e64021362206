package io.resourcelink.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The command's jar on a Java that is too old for it. */
class LauncherIT {

    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(?:1\\.)?(\\d+)[^\"]*\"");

    @Test
    void anOlderJavaIsToldWhichOneIsNeeded() throws IOException, InterruptedException {
        Optional<Path> older = older();
        assumeTrue(older.isPresent(), "Neither Maven's Java nor one in " + INSTALLED + " is older than 25.");
        Path home = older.orElseThrow();

        Process process = new ProcessBuilder(home.resolve("bin/java").toString(), "-jar",
                System.getProperty("ipc.jar"), "ls").redirectErrorStream(true).start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .matches("error: ipc needs Java 25 or newer, but this is Java \\S*" + version(home)
                        + "\\S* in \\S+\\.\n");
        assertThat(process.waitFor()).isOne();
    }

    /** The one that runs Maven, if it will do: it is there wherever this test runs. */
    private static Optional<Path> older() throws IOException {
        try (Stream<Path> installed = Files.isDirectory(INSTALLED) ? Files.list(INSTALLED) : Stream.<Path>empty()) {
            List<Path> homes = Stream.concat(Stream.of(Path.of(System.getProperty("maven.java.home"))), installed)
                    .filter(home -> Files.isExecutable(home.resolve("bin/java"))).toList();
            for (Path home : homes) {
                int version = version(home);
                if (version >= 8 && version < 25) {
                    return Optional.of(home);
                }
            }
            return Optional.empty();
        }
    }

    /** The feature version that the {@code release} file names, or 0. */
    private static int version(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.exists(release)) {
            return 0;
        }
        Matcher version = VERSION.matcher(Files.readString(release));
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }
}
