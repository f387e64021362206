package io.resourcelink.benchmark.claim;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

import io.resourcelink.benchmark.JavaProcess;

/**
 * A process that runs until its standard input ends. It says on its standard output where it can be reached.
 *
 * @param process the process
 * @param address what it says
 */
record Child(Process process, String address) implements AutoCloseable {

    private static final String ADDRESS = "address ";

    /**
     * Starts one, and waits until it can be reached.
     *
     * @param main the main class
     * @param temporary its directory for temporary files
     * @param arguments what it gets
     */
    static Child start(Class<?> main, Path temporary, String... arguments) throws IOException {
        ProcessBuilder builder = JavaProcess.likeThisOne(main.getName(), arguments).redirectError(Redirect.INHERIT);
        builder.command().add(1, "-Djava.io.tmpdir=" + temporary);
        Process process = builder.start();
        String address = null;
        try {
            String line = process.inputReader().readLine();
            while (line != null && !line.startsWith(ADDRESS)) {
                System.out.println(line);
                line = process.inputReader().readLine();
            }
            address = line;
        } finally {
            if (address == null) {
                process.destroy();
            }
        }
        if (address == null) {
            throw new IOException(main.getSimpleName() + " has ended before it could be reached.");
        }
        Thread.ofPlatform().daemon().start(() -> process.inputReader().lines().forEach(System.out::println));
        return new Child(process, address.substring(ADDRESS.length()));
    }

    /** What the process itself does: says where it can be reached, and waits until it is to end. */
    static void serve(String address) throws IOException {
        System.out.println(ADDRESS + address);
        while (System.in.read() >= 0) {
            // Whatever it is.
        }
    }

    @Override
    public void close() throws IOException {
        process.outputWriter().close();
        JavaProcess.awaitEnd(process);
    }
}
