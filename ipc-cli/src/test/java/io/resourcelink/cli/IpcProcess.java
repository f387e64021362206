package io.resourcelink.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/** The real command in a process of its own, run by the JDK that runs the test. Whoever started it closes it. */
final class IpcProcess implements AutoCloseable {

    /** Far more than anything here takes, on any machine: it only keeps a failing test from waiting for ever. */
    private static final int DEADLINE_SECONDS = 120;

    private final Process process;
    private final BufferedReader out;

    private IpcProcess(List<String> command) throws IOException {
        this.process = new ProcessBuilder(command).start();
        this.out = process.inputReader(StandardCharsets.ISO_8859_1);
    }

    /** Starts the command on a directory. Its standard input stays open until it is closed here. */
    static IpcProcess start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(command());
        command.addAll(List.of("--directory", directory.toString()));
        command.addAll(List.of(arguments));
        return new IpcProcess(command);
    }

    /** Starts a shell script in which {@code "$@"} stands for the command on a directory. */
    static IpcProcess shell(Path directory, String script) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "ipc"));
        command.addAll(command());
        command.addAll(List.of("--directory", directory.toString()));
        return new IpcProcess(command);
    }

    private static List<String> command() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-jar", System.getProperty("ipc.jar"));
    }

    /** Runs the command on a directory to its end. */
    static CommandRun run(Path directory, String... arguments) throws IOException {
        try (IpcProcess process = start(directory, arguments)) {
            return process.end();
        }
    }

    long pid() {
        return process.pid();
    }

    String readLine() {
        return within(() -> {
            try {
                return out.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    void closeInput() throws IOException {
        process.getOutputStream().close();
    }

    /** SIGKILL, and the kernel's word that the process is gone. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    /** Sends a signal by its name. {@code Process.destroy} would close the streams as well. */
    void signal(String name) throws IOException {
        String[] kill = { "kill", "-" + name, Long.toString(process.pid()) };
        try (IpcProcess sent = new IpcProcess(List.of(kill))) {
            assertThat(sent.exitCode()).isZero();
        }
    }

    int exitCode() {
        try {
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + process.info());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends its standard input and reads what it has written, until it has ended. */
    CommandRun end() throws IOException {
        closeInput();
        return rest();
    }

    CommandRun rest() {
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> {
            var reader = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
            return lines(reader);
        });
        String text = within(() -> lines(out));
        return new CommandRun(exitCode(), text, within(err::join));
    }

    private static String lines(BufferedReader reader) {
        var text = new StringBuilder();
        reader.lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static <T> T within(Supplier<T> answer) {
        try {
            return CompletableFuture.supplyAsync(answer).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for something that other processes bring about. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for: " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        exitCode();
    }
}
