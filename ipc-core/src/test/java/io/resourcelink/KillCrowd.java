package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.campaign.Outcome;

/**
 * The processes of {@link KillPart}, and a stock of others that start meanwhile. They rest unless a kill is near, so that the
 * processors start new ones. All that they say is noted: how much they have checked, and what they have seen that must not be.
 */
final class KillCrowd implements AutoCloseable {

    /** How many work. */
    static final int SIZE = 4;

    private static final int STOCK = 3;

    private final Path directory;
    private final SplittableRandom random;
    private final Outcome outcome;
    private final List<PeerProcess> crowd = new ArrayList<>();
    private final Deque<PeerProcess> stock = new ArrayDeque<>();

    KillCrowd(Path directory, SplittableRandom random, Outcome outcome) throws IOException {
        this.directory = directory;
        this.random = random;
        this.outcome = outcome;
        try {
            for (int i = 0; i < SIZE + STOCK; i++) {
                stock.add(start());
            }
            for (int i = 0; i < SIZE; i++) {
                crowd.add(ready());
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private PeerProcess start() throws IOException {
        return PeerProcess.start(KillWorker.class, List.of(), directory.toString(), Long.toString(random.nextLong()));
    }

    private PeerProcess ready() throws IOException {
        PeerProcess next = stock.remove();
        String seed = next.readLine();
        String line = next.readLine();
        if (!KillWorker.READY.equals(line)) {
            outcome.violation(seed + ", instead of ready: " + line);
        }
        return next;
    }

    /** Has all of them work, and returns when all do. */
    void work() throws IOException {
        for (PeerProcess worker : crowd) {
            tell(worker, KillWorker.WORK);
        }
        for (PeerProcess worker : crowd) {
            String line = worker.readLine();
            if (!KillWorker.WORKING.equals(line)) {
                outcome.violation("instead of working: " + line);
            }
        }
    }

    /** Kills one at its work. */
    void kill(int victim) throws IOException, InterruptedException {
        PeerProcess worker = crowd.get(victim);
        worker.kill();
        note(worker, null);
        outcome.count("kills", 1);
    }

    /** Has all but the one that was killed rest, and returns when they do. */
    void rest(int killed) throws IOException {
        for (int i = 0; i < SIZE; i++) {
            if (i != killed) {
                tell(crowd.get(i), KillWorker.REST);
            }
        }
        for (int i = 0; i < SIZE; i++) {
            if (i != killed) {
                note(crowd.get(i), KillWorker.RESTS);
            }
        }
    }

    /** Puts one of the stock in the place of one that was killed. */
    void replace(int killed) throws IOException {
        stock.add(start());
        crowd.set(killed, ready());
    }

    /** Lets the stock end. */
    void dismiss() throws IOException, InterruptedException {
        while (!stock.isEmpty()) {
            PeerProcess last = ready();
            last.endInput();
            int code = last.waitFor();
            if (code != 0) {
                outcome.violation("a process that was told to end has ended with " + code);
            }
        }
    }

    /** Reads up to a line; to the end of its output if there is none. */
    private void note(PeerProcess worker, @Nullable String last) throws IOException {
        long checked = 0;
        String line = worker.readLine();
        while (line != null && !line.equals(last)) {
            if (line.startsWith(KillWorker.CHECKED)) {
                checked = Long.parseLong(line.substring(KillWorker.CHECKED.length()));
            } else {
                outcome.violation(line);
            }
            line = worker.readLine();
        }
        if (line == null && last != null) {
            outcome.violation("a process has ended by itself");
        }
        outcome.count("rounds of checked contents", checked);
    }

    /** Nothing if the process has ended: its output says why. */
    private static void tell(PeerProcess worker, String line) {
        try {
            worker.tell(line);
        } catch (UncheckedIOException _) {
            // Its output is read next.
        }
    }

    @Override
    public void close() {
        for (List<PeerProcess> each : List.of(crowd, List.copyOf(stock))) {
            each.forEach(KillCrowd::kill);
        }
    }

    private static void kill(PeerProcess worker) {
        try {
            worker.kill();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
