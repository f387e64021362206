package io.resourcelink.benchmark;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A run of the suite.
 *
 * @param quick whether few rounds will do
 * @param directory a directory in shared memory, removed with all that is in it when the run ends
 * @param hugePages what is known about a tmpfs with huge pages
 * @param before an older version of {@code ipc-core}, whose channels are to be measured as well, if any
 */
record Run(boolean quick, Path directory, HugePages hugePages, @Nullable Path before) {

    private static final int HEAP_MEBIBYTES = 1500;

    /**
     * Runs a part in a JVM of its own, which writes what it has measured into a file.
     *
     * @param prefix a command in front, or nothing
     * @param main the main class
     * @param arguments what it gets; {@code {out}} stands for the file
     */
    List<Measurement> measure(List<String> prefix, Class<?> main, List<String> arguments)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("benchmark-", ".json");
        try {
            start(prefix, HEAP_MEBIBYTES, main.getName(),
                    arguments.stream().map(word -> word.equals("{out}") ? out.toString() : word).toList());
            return Results.readMeasurements(out);
        } finally {
            Files.delete(out);
        }
    }

    /** Runs a main class in a JVM of its own until it ends. */
    static void start(List<String> prefix, int heapMebibytes, String main, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(JavaProcess.command(heapMebibytes, main, arguments));
        Process process = new ProcessBuilder(command).redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT)
                .start();
        int status;
        try {
            status = process.waitFor();
        } finally {
            process.destroy();
        }
        if (status != 0) {
            throw new IOException(main + " has failed with status " + status + ".");
        }
    }
}
