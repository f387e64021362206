package io.resourcelink.benchmark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A program in C that makes the same system calls as the library and nothing else, compiled here and run beside it. It answers each line
 * with a line. Used by one thread.
 */
public final class CProgram implements AutoCloseable {

    private static final List<String> COMPILERS = List.of("cc", "gcc", "clang");

    /** What all programs include. */
    private static final String HEADER = "floor.h";

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private CProgram(Process process) {
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Compiles and starts a program, if there is a compiler.
     *
     * @param source the name of its source, which is beside this class
     * @param arguments its arguments
     * @return the program
     * @throws IOException if the compiler refuses it
     * @throws InterruptedException if the thread is interrupted
     */
    public static Optional<CProgram> start(String source, List<String> arguments)
            throws IOException, InterruptedException {
        Optional<Path> compiler = compiler(System.getenv().getOrDefault("PATH", ""));
        if (compiler.isEmpty()) {
            return Optional.empty();
        }
        Path built = Files.createTempDirectory("ipc-floor-");
        try {
            Path program = built.resolve("program");
            for (String name : List.of(HEADER, source)) {
                try (InputStream in = Objects.requireNonNull(CProgram.class.getResourceAsStream(name), name)) {
                    Files.copy(in, built.resolve(name));
                }
            }
            compile(compiler.get(), built.resolve(source), program);
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(arguments);
            return Optional.of(new CProgram(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start()));
        } finally {
            try (var files = Files.list(built)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(built);
        }
    }

    /** {@return the first compiler in directories that colons separate} */
    static Optional<Path> compiler(String directories) {
        return COMPILERS.stream()
                .flatMap(name -> Arrays.stream(directories.split(File.pathSeparator, -1))
                        .filter(directory -> !directory.isEmpty())
                        .map(directory -> Path.of(directory, name)))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file)).findFirst();
    }

    private static void compile(Path compiler, Path source, Path program) throws IOException, InterruptedException {
        int status = new ProcessBuilder(compiler.toString(), "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o",
                program.toString(), source.toString()).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(compiler + " does not compile " + source.getFileName() + ".");
        }
    }

    /**
     * Has the program do something.
     *
     * @param order the line that it gets
     * @return the number at the end of its answer
     * @throws IOException if the program has failed; it has said why on the standard error
     */
    public double ask(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        String answer = answers.readLine();
        String asked = order.substring(0, order.indexOf(' ') + 1);
        if (answer == null || !answer.startsWith(asked)) {
            throw new IOException("The floor answers \"" + answer + "\" to \"" + order + "\".");
        }
        return Double.parseDouble(answer.substring(answer.lastIndexOf(' ') + 1));
    }

    @Override
    public void close() throws IOException {
        orders.close();
        JavaProcess.awaitEnd(process);
        answers.close();
    }
}
