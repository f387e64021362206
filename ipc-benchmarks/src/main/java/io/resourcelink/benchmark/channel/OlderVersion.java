package io.resourcelink.benchmark.channel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.JavaProcess;
import io.resourcelink.benchmark.Measurement;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.ScratchDirectory;
import io.resourcelink.channel.Channel;

/**
 * Small messages on channels of another version of the library, in the same rounds. Two JVMs of their own have that version's classes in place
 * of these. They run a channel as it comes, so they use nothing of it that the other version may lack. Used by one thread.
 */
public final class OlderVersion implements AutoCloseable {

    private static final String DONE = "done";

    private final Process process;
    private final Writer orders;
    private final BufferedReader reports;

    private OlderVersion(Process process) {
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.reports = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts the JVMs.
     *
     * @param classes the other version of the module's classes: a jar or a directory
     */
    static OlderVersion start(Path classes) throws IOException {
        return new OlderVersion(JavaProcess.likeThisOneWith(Channel.class, classes, OlderVersion.class.getName())
                .redirectError(Redirect.INHERIT).start());
    }

    /** {@return its name in the results} */
    static String name(Mode mode) {
        return "channel of an older version, " + mode.label();
    }

    static boolean carries(Workload workload) {
        return workload == Workload.RECORD || workload == Workload.BYTES;
    }

    /** Measures so many messages of a workload there and back, and one way. */
    void measure(Workload workload, Peer.Counts counts, Path directory, Figures figures) throws IOException {
        for (Mode mode : Mode.values()) {
            orders.write(workload + " " + mode + " " + counts.words() + " " + directory + "\n");
            orders.flush();
            for (String line = reports.readLine(); !DONE.equals(line); line = reports.readLine()) {
                if (line == null) {
                    throw new IOException("The process of the older version has failed.");
                }
                int space = line.indexOf(' ');
                figures.add(workload.label(), name(mode), line.substring(space + 1),
                        Double.parseDouble(line.substring(0, space)));
            }
        }
    }

    @Override
    public void close() throws IOException {
        orders.close();
        JavaProcess.awaitEnd(process);
    }

    /**
     * The process that sends. It starts the one that answers.
     *
     * @param arguments none
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                Peer peer = Peer.start()) {
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                String[] words = order.split(" ", 6);
                Way way = new ChannelWay(Mode.valueOf(words[1]), Variant.DEFAULTS);
                Figures figures = new Figures();
                try (ScratchDirectory scratch = new ScratchDirectory(Path.of(words[5]))) {
                    new Session(peer, way, Workload.valueOf(words[0]), Peer.Counts.parse(words, 2)).measure(scratch,
                            figures);
                }
                for (Measurement measured : figures.measurements(Caller.PART)) {
                    System.out.println(measured.value() + " " + measured.unit());
                }
                System.out.println(DONE);
            }
        }
    }
}
