package io.resourcelink;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.channel.Channel;

import static org.assertj.core.api.Assertions.assertThat;

/** A JVM that says, as a GraalVM native image does, that it is one. */
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class NativeImageIT {

    private static final String REFUSAL = "Shared memory does not work in a GraalVM native image: the library binds its"
            + " foreign calls at run time, an image has them only if each one is registered and tested, and no image has"
            + " been tested; run the application on the JVM, with ahead-of-time processing and an AOT cache if it has to"
            + " start fast.";

    @Test
    void factoriesAndChannelsAreRefusedInOneSentence(Path directory) throws Exception {
        assertThat(run("runtime", directory)).containsExactly("factory: " + REFUSAL, "channel: " + REFUSAL,
                "in process: done");
    }

    @Test
    void theBuildOfAnImageIsNone(Path directory) throws Exception {
        assertThat(run("buildtime", directory)).containsExactly("factory: done", "channel: done", "in process: done");
    }

    private static List<String> run(String imageCode, Path directory) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "-Dorg.graalvm.nativeimage.imagecode=" + imageCode, "-cp", System.getProperty("java.class.path"),
                Application.class.getName(), directory.toString()).redirectErrorStream(true).start();
        try {
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                    .toList();
            assertThat(process.waitFor()).as("%s", lines).isZero();
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Makes a factory, a channel, and a factory that needs no foreign call. */
    static final class Application {

        static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            open("factory", ResourceLinkFactory.builder().directory(directory)
                    .mappedFileDirectory(directory.resolve("mapped-files"))::build);
            open("channel", Channel.builder().directory(directory.resolve("channels"))::open);
            open("in process", ResourceLinkFactory.builder().inProcess(new InProcessMemory(1 << 20))::build);
        }

        private static void open(String name, Opening opening) {
            try (AutoCloseable _ = opening.open()) {
                System.out.println(name + ": done");
            } catch (Exception e) {
                System.out.println(name + ": " + e.getMessage());
            }
        }

        private interface Opening {

            AutoCloseable open();
        }
    }
}
