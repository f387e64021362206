package io.resourcelink.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The three streams of a process. Text is UTF-8 whatever the locale says, as JSON demands and as keys are stored.
 *
 * @param in what {@code create} and {@code acquire} read until it ends
 * @param out results, and nothing else
 * @param err error lines
 */
record StandardStreams(InputStream in, OutputStream out, OutputStream err) {

    /**
     * {@return the streams this process was started with} Output is not the JDK's {@code PrintStream}, which swallows
     * errors: a full disk behind a redirection has to end in an exit code.
     */
    static StandardStreams ofProcess() {
        return new StandardStreams(System.in, new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    /** Writes a whole document in one piece, and flushes it. */
    void print(String document) throws IOException {
        print(document.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes bytes and flushes them.
     *
     * @throws BrokenPipeException if the reader has gone, as {@code head} does once it has seen enough
     * @throws IOException if the output fails otherwise
     */
    void print(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw isBrokenPipe(e) ? new BrokenPipeException(e) : e;
        }
    }

    /** The message is the C library's, so it may be translated; but a pipe refuses bytes for no other reason. */
    private static boolean isBrokenPipe(IOException failure) {
        try {
            return "Broken pipe".equals(failure.getMessage())
                    || Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString().startsWith("pipe:");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** The reader of the output has gone. That is a reason to stop, not a failure. */
    static final class BrokenPipeException extends IOException {

        private static final long serialVersionUID = 1L;

        BrokenPipeException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
