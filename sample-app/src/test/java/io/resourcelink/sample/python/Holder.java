package io.resourcelink.sample.python;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that holds segments, takes orders by lines of its standard input, and answers each with one line. */
public final class Holder implements AutoCloseable {

    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    private Holder(Process process) {
        this.process = process;
        this.in = process.outputWriter();
        this.out = process.inputReader();
    }

    /** {@return whether there is a Python that the tests can use} */
    public static boolean isPythonThere() {
        try {
            Process python = new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))")
                    .redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start();
            return python.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static Holder python(Path directory) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("python3", "src/test/python/holder.py", directory.toString());
        builder.environment().put("PYTHONPATH", "src/main/python");
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return new Holder(builder.redirectError(Redirect.INHERIT).start());
    }

    static Holder java(Path directory) throws IOException {
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path")), JavaHolder.class.getName(),
                directory.toString());
        return new Holder(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    }

    String ask(String... words) throws IOException {
        in.write(String.join(" ", words) + "\n");
        in.flush();
        return Objects.requireNonNull(out.readLine(), "The process has ended.");
    }

    void kill() {
        assertThat(process.destroyForcibly().onExit()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    /** Ends its input, upon which it closes what it holds. */
    @Override
    public void close() throws IOException {
        in.close();
        assertThat(process.onExit()).as("a process whose input has ended").succeedsWithin(20, TimeUnit.SECONDS);
    }

    static boolean isThere(Path directory, String key) {
        return Files.exists(directory.resolve(key));
    }
}
