package io.resourcelink.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The program in C that makes the same system calls as the library and nothing else, compiled here and run beside it. */
final class Floor implements AutoCloseable {

    private static final String SOURCE = "floor.c";
    private static final List<String> COMPILERS = List.of("cc", "gcc", "clang");

    private final ScratchDirectory directory;
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private Floor(ScratchDirectory directory, Process process) {
        this.directory = directory;
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Compiles and starts it, if there is a compiler. */
    static Optional<Floor> start() throws IOException, InterruptedException {
        Path built = Files.createTempDirectory("ipc-floor-");
        try {
            Path source = built.resolve(SOURCE);
            Path program = built.resolve("floor");
            try (InputStream in = Objects.requireNonNull(Floor.class.getResourceAsStream(SOURCE), SOURCE)) {
                Files.copy(in, source);
            }
            if (!compile(source, program)) {
                return Optional.empty();
            }
            ScratchDirectory directory = new ScratchDirectory();
            Process process = new ProcessBuilder(program.toString(), directory.path().toString())
                    .redirectError(Redirect.INHERIT).start();
            return Optional.of(new Floor(directory, process));
        } finally {
            try (var files = Files.list(built)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(built);
        }
    }

    private static boolean compile(Path source, Path program) throws IOException, InterruptedException {
        for (String compiler : COMPILERS) {
            try {
                int status = new ProcessBuilder(compiler, "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o",
                        program.toString(), source.toString()).inheritIO().start().waitFor();
                if (status != 0) {
                    throw new IOException(compiler + " does not compile " + SOURCE + ".");
                }
                return true;
            } catch (IOException e) {
                if (!isMissing(e)) {
                    throw e;
                }
            }
        }
        return false;
    }

    /** Starting a program that is not there fails with ENOENT, which the JDK puts into words. */
    private static boolean isMissing(IOException failure) {
        return String.valueOf(failure.getMessage()).contains("error=2,");
    }

    /**
     * Does an operation so many times. Answers the microseconds that one takes.
     *
     * @throws IOException if the program has failed; it has said why on the standard error
     */
    double micros(String operation, int times) throws IOException {
        orders.write(operation + " " + times + "\n");
        orders.flush();
        String answer = answers.readLine();
        if (answer == null || !answer.startsWith(operation + " ")) {
            throw new IOException("The floor answers \"" + answer + "\" to \"" + operation + "\".");
        }
        return Double.parseDouble(answer.substring(operation.length() + 1)) / 1e3;
    }

    @Override
    public void close() throws IOException {
        orders.close();
        JavaProcess.awaitEnd(process);
        answers.close();
        directory.close();
    }
}
