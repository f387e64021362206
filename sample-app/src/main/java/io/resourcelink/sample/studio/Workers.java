package io.resourcelink.sample.studio;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.sample.message.EdgesFound;
import io.resourcelink.sample.message.WorkerReport;

/**
 * The worker processes. A worker that ends without being asked to is replaced; not if it was never ready, because one that cannot
 * start would be started for ever. Thread-safe.
 */
@Component
final class Workers implements AutoCloseable {

    /** The most workers that a studio has. */
    static final int MOST = 4;

    private static final Logger log = LoggerFactory.getLogger(Workers.class);

    private final ResourceLinkFactory segments;
    private final Orphans orphans;
    private final StudioProperties properties;
    private final Journal journal;
    private final Map<Long, Worker> workers = new ConcurrentHashMap<>();
    private boolean closed;

    Workers(ResourceLinkFactory segments, StudioProperties properties, Journal journal, Orphans orphans) {
        this.segments = segments;
        this.orphans = orphans;
        this.properties = properties;
        this.journal = journal;
    }

    @EventListener(ApplicationReadyEvent.class)
    void startAll() {
        for (int i = 0; i < properties.workers(); i++) {
            start();
        }
    }

    /**
     * Starts one more.
     *
     * @throws RefusedException if there are as many as there may be, or the system starts none
     */
    synchronized void start() {
        if (closed) {
            throw new RefusedException("The studio is closing.");
        }
        if (workers.size() >= MOST) {
            throw new RefusedException("There are " + MOST + " workers already, which is the most.");
        }
        try {
            Process process = new ProcessBuilder(
                    WorkerCommand.of(segments.directory(), properties))
                    .redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT).start();
            Worker worker = new Worker(process);
            workers.put(worker.pid(), worker);
            var _ = process.onExit().thenRun(() -> ended(worker));
        } catch (IOException e) {
            throw new RefusedException("The system starts no worker: " + e.getMessage());
        }
    }

    /** Kills a worker. Another one is started in its place. */
    void kill(long pid) {
        Worker worker = worker(pid);
        orphans.willKill(pid);
        worker.kill();
    }

    /** Has a worker stop gracefully. No other one is started in its place. */
    void stop(long pid) {
        worker(pid).stop();
    }

    /** Ends a worker that does not answer. Another one is started in its place. */
    void endHanging(long pid) {
        find(pid).ifPresent(worker -> {
            orphans.willKill(pid);
            worker.endHanging();
        });
    }

    Optional<Worker> find(long pid) {
        return Optional.ofNullable(workers.get(pid));
    }

    private Worker worker(long pid) {
        return find(pid).filter(worker -> worker.state() == Worker.State.READY)
                .orElseThrow(() -> new RefusedException("There is no worker " + pid + " that is ready."));
    }

    /** All that run, the oldest first. */
    List<Worker> all() {
        List<Worker> all = new ArrayList<>(workers.values());
        all.sort(Comparator.comparingLong(Worker::pid));
        return all;
    }

    /**
     * Waits until so many are ready.
     *
     * @return those that are
     * @throws RefusedException if they are not in time, or the studio closes
     */
    synchronized List<Worker> awaitReady(int count, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (List<Worker> ready = ready();; ready = ready()) {
            if (ready.size() >= count) {
                return ready;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || closed) {
                throw new RefusedException(
                        ready.size() + " of " + count + " workers are ready; the studio's output says why.");
            }
            wait(left);
        }
    }

    private List<Worker> ready() {
        return all().stream().filter(worker -> worker.state() == Worker.State.READY).toList();
    }

    void answered(EdgesFound reply) {
        Worker worker = workers.get(reply.workerPid());
        if (worker != null) {
            worker.hasAnswered();
        }
    }

    @IpcListener(WorkerReport.DESTINATION)
    void report(WorkerReport report) {
        Worker worker = workers.get(report.pid());
        if (worker == null) {
            return;
        }
        if (report.stopped()) {
            worker.lastReport(report);
        } else {
            worker.heard();
            worker.ready();
            synchronized (this) {
                notifyAll();
            }
            journal.add("Worker " + report.pid() + " is ready and shares the queue.");
        }
    }

    private void ended(Worker worker) {
        boolean replace;
        synchronized (this) {
            workers.remove(worker.pid());
            if (closed) {
                return;
            }
            replace = switch (worker.state()) {
                case READY, KILLED, HUNG -> true;
                case STARTING, STOPPING -> false;
            };
        }
        journal.add(sentence(worker));
        if (replace) {
            try {
                start();
            } catch (RefusedException e) {
                log.warn("No worker replaces {}: {}", worker.pid(), e.getMessage());
            }
        }
    }

    private String sentence(Worker worker) {
        WorkerReport report = worker.lastReport();
        return switch (worker.state()) {
            case STARTING -> "Worker " + worker.pid() + " has ended before it was ready; the studio's output says why.";
            case READY -> "Worker " + worker.pid() + " has ended by itself; another one is started.";
            case KILLED -> "Worker " + worker.pid() + " was killed; another one is started.";
            case HUNG -> "Worker " + worker.pid() + " did not answer for " + properties.workerTimeout().toSeconds()
                    + " seconds, so it was ended; another one is started.";
            case STOPPING -> "Worker " + worker.pid() + " has stopped. " + (report == null
                    ? "It left no report."
                    : "Accepted " + (report.handled() + report.failed() + report.unhandled()) + " = handled "
                            + (report.handled() + report.failed()) + " + reported " + report.unhandled() + "; "
                            + worker.answered() + " replies came here.");
        };
    }

    /** Ends all of them, in their own way if they do so in time. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        workers.values().forEach(Worker::stop);
        workers.values().forEach(Worker::awaitEnd);
    }
}
