package io.resourcelink;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A child JVM that runs this module's test class path, and its two ends of a conversation. */
public final class PeerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;
    private final Writer in;

    private PeerProcess(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.in = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts a {@link Peer} on a directory and waits until it is ready.
     *
     * @param directory the directory of segments
     * @return the process
     * @throws IOException if it cannot
     */
    public static PeerProcess start(Path directory) throws IOException {
        PeerProcess peer = start(Peer.class, List.of(), directory.toString());
        peer.expect("ready");
        return peer;
    }

    /**
     * Starts a main class, if given under a command that runs its arguments, such as {@code unshare}.
     *
     * @param main the main class
     * @param prefix the command in front, or nothing
     * @param arguments what main gets
     * @return the process
     * @throws IOException if it cannot
     */
    public static PeerProcess start(Class<?> main, List<String> prefix, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(java(main));
        command.addAll(List.of(arguments));
        return start(command);
    }

    /**
     * Starts any command that converses by lines.
     *
     * @param command the command
     * @return the process
     * @throws IOException if it cannot
     */
    public static PeerProcess start(List<String> command) throws IOException {
        return new PeerProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /**
     * The command that runs a main class with the classes of this JVM. It starts and ends in as little time as possible: with the simplest
     * compiler and collector, a small heap, and an archive of classes. What the JVM has to say goes to its error output. Processes with
     * the same pid, in namespaces of their own, would share the JVM's file of performance data, so there is none.
     *
     * @param main the main class
     * @return the command
     */
    public static List<String> java(Class<?> main) {
        return java(main, ClassArchive.get());
    }

    static List<String> java(Class<?> main, ClassArchive archive) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                "-Xlog:disable", "-Xlog:all=warning,cds*=off,aot*=off:stderr", "-Xmx256m"));
        command.addAll(archive.options());
        command.addAll(List.of("-cp", archive.classPath(), main.getName()));
        return command;
    }

    /** {@return its process id} */
    public long pid() {
        return process.pid();
    }

    /**
     * Sends a line.
     *
     * @param line the line
     * @return the line that comes back
     */
    public String ask(String line) {
        tell(line);
        try {
            String answer = out.readLine();
            if (answer == null) {
                throw new IOException("The peer has ended.");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    /**
     * Sends a line, and waits for nothing.
     *
     * @param line the line
     */
    public void tell(String line) {
        try {
            in.write(line + "\n");
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    /**
     * Reads a line, which must be this one.
     *
     * @param line the line
     * @throws IOException if it is another
     */
    public void expect(String line) throws IOException {
        String answer = out.readLine();
        if (!line.equals(answer)) {
            throw new IOException("Expected \"" + line + "\", got \"" + answer + "\".");
        }
    }

    /**
     * Reads a line.
     *
     * @return the line
     * @throws IOException if it cannot
     */
    public String readLine() throws IOException {
        return out.readLine();
    }

    /**
     * SIGKILL, and the kernel's word that the process is gone. By its handle, which leaves what it wrote readable.
     *
     * @throws InterruptedException if interrupted
     */
    public void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /**
     * SIGSTOP: it is there, and does nothing.
     *
     * @throws IOException if there is no shell
     * @throws InterruptedException if interrupted
     */
    public void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    /**
     * SIGCONT: it goes on.
     *
     * @throws IOException if there is no shell
     * @throws InterruptedException if interrupted
     */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        String pids = Stream.concat(process.descendants().map(ProcessHandle::pid), Stream.of(process.pid()))
                .map(String::valueOf).collect(Collectors.joining(" "));
        int code = new ProcessBuilder("sh", "-c", "kill -" + name + ' ' + pids).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException("SIG" + name + " was not sent: " + code);
        }
    }

    /**
     * Ends its input.
     *
     * @throws IOException if it cannot
     */
    public void endInput() throws IOException {
        in.close();
    }

    /** {@return all lines it has written that were not read yet} Waits for its end. */
    List<String> rest() throws IOException {
        return out.lines().toList();
    }

    /**
     * Waits for its end.
     *
     * @return its exit code
     * @throws InterruptedException if interrupted
     */
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        try {
            in.close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            process.destroyForcibly();
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
