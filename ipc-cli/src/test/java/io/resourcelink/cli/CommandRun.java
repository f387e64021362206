package io.resourcelink.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of the command within this JVM.
 *
 * @param exitCode what the process would have ended with
 * @param octets what it wrote to standard output, one character for each byte
 * @param err what it wrote to standard error
 */
record CommandRun(int exitCode, String octets, String err) {

    /** Runs the command with an empty standard input. */
    static CommandRun of(String... arguments) {
        return with(new ByteArrayInputStream(new byte[0]), arguments);
    }

    /** Runs the command on a directory, with an empty standard input. */
    static CommandRun in(Path directory, String... arguments) {
        return of(on(directory, arguments));
    }

    /** Runs the command on a directory, and something else while it waits for its standard input to end. */
    static CommandRun holding(Path directory, Runnable meanwhile, String... arguments) {
        return with(new InputStream() {
            @Override
            public int read() {
                meanwhile.run();
                return -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return read();
            }
        }, on(directory, arguments));
    }

    static CommandRun with(InputStream in, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = IpcCommand.commandLine(new StandardStreams(in, out, err)).execute(arguments);
        return new CommandRun(exitCode, out.toString(StandardCharsets.ISO_8859_1),
                err.toString(StandardCharsets.UTF_8));
    }

    private static String[] on(Path directory, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--directory", directory.toString()));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    byte[] bytes() {
        return octets.getBytes(StandardCharsets.ISO_8859_1);
    }

    String out() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return out().lines().toList();
    }
}
