package io.resourcelink.benchmark.channel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;

import io.resourcelink.benchmark.JavaProcess;
import io.resourcelink.benchmark.Processes;

/**
 * The process that answers, as that which calls sees it. Its standard input has a line for each session: the way, the
 * workload, the three {@link Counts}, and the directory.
 */
final class Peer implements AutoCloseable {

    private static final String READY = "ready";
    private static final int NUMBERS = 5;

    private final Process process;
    private final Writer orders;
    private final BufferedReader reports;

    /**
     * How many messages a session has.
     *
     * @param warmUps that do not count, each of which is answered
     * @param answered that are answered each
     * @param streamed of which the last one is answered
     */
    record Counts(int warmUps, int answered, int streamed) {

        /** {@return the counts that stand in an order, as {@link #words} has written them} */
        static Counts parse(String[] words, int first) {
            return new Counts(Integer.parseInt(words[first]), Integer.parseInt(words[first + 1]),
                    Integer.parseInt(words[first + 2]));
        }

        String words() {
            return warmUps + " " + answered + " " + streamed;
        }
    }

    private Peer(Process process) {
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.reports = process.inputReader(StandardCharsets.UTF_8);
    }

    static Peer start() throws IOException {
        return new Peer(JavaProcess.likeThisOne(Peer.class.getName()).redirectError(Redirect.INHERIT).start());
    }

    /** {@return this process and the other one} */
    List<ProcessHandle> both() {
        return List.of(ProcessHandle.current(), process.toHandle());
    }

    /** Opens the other end, and waits until it is open. */
    void open(Way way, Workload workload, Counts counts, Path directory) throws IOException {
        orders.write(Ways.ALL.indexOf(way) + " " + workload + " " + counts.words() + " " + directory + "\n");
        orders.flush();
        if (!READY.equals(reports.readLine())) {
            throw new IOException("The other process has failed.");
        }
    }

    /**
     * What the other process has allocated.
     *
     * @param answered for all messages that it has answered
     * @param streamed for all others
     */
    record Allocated(long answered, long streamed) {}

    /** Waits until the other end is closed. */
    Allocated finish() throws IOException {
        String line = reports.readLine();
        if (line == null) {
            throw new IOException("The other process has failed.");
        }
        String[] numbers = line.split(" ", -1);
        return new Allocated(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }

    @Override
    public void close() throws IOException {
        orders.close();
        JavaProcess.awaitEnd(process);
    }

    /** The process itself. */
    public static void main(String[] arguments) throws Exception {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                String[] words = order.split(" ", NUMBERS + 1);
                Workload workload = Workload.valueOf(words[1]);
                Counts counts = Counts.parse(words, 2);
                Allocated allocated;
                try (End end = Ways.of(Integer.parseInt(words[0])).answer(Path.of(words[NUMBERS]), workload)) {
                    System.out.println(READY);
                    allocated = workload == Workload.RECORD_VIRTUAL
                            ? virtually(end, counts)
                            : serve(end, counts);
                }
                System.out.println(allocated.answered() + " " + allocated.streamed());
            }
        }
    }

    private static Allocated virtually(End end, Counts counts) throws Exception {
        FutureTask<Allocated> served = new FutureTask<>(() -> serve(end, counts));
        Thread.ofVirtual().start(served);
        return served.get();
    }

    private static Allocated serve(End end, Counts counts) throws Exception {
        answer(end, counts.warmUps());
        long before = Processes.allocatedBytes();
        answer(end, counts.answered());
        long between = Processes.allocatedBytes();
        for (int i = 0; i < counts.streamed(); i++) {
            end.receive();
        }
        if (counts.streamed() > 0) {
            end.answer();
        }
        return new Allocated(between - before, Processes.allocatedBytes() - between);
    }

    private static void answer(End end, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            end.receive();
            end.answer();
        }
    }
}
