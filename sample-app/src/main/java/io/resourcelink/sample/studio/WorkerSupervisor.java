package io.resourcelink.sample.studio;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.segment.OrphanReport;

/**
 * Sees to it that there is a worker. One that ends is replaced at once, and what it left behind is collected; only one that
 * ends before it is ready is not, lest a worker that cannot start be started for ever: then the next request tries again.
 */
@Component
final class WorkerSupervisor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerSupervisor.class);

    private final ResourceLinkFactory links;
    private final List<String> command;
    private final Duration timeout;
    private @Nullable WorkerProcess current;
    private boolean closed;

    WorkerSupervisor(ResourceLinkFactory links, StudioProperties properties) {
        this.links = links;
        this.command = WorkerCommand.of(links.directory(), properties.workerHeap());
        this.timeout = properties.workerTimeout();
        worker();
    }

    /**
     * What a worker made of a frame.
     *
     * @param link its result, acquired
     */
    record Result(ResourceLink link, long workerPid, long handoffMicros, long processMicros) {}

    /**
     * Has a frame worked on; a second time by another worker if the first is lost.
     *
     * @throws WorkerLostException if the second is lost, too
     * @throws WorkerFailedException if a worker says that it cannot be done
     */
    Result process(String key) {
        try {
            return process(worker(), key);
        } catch (WorkerLostException e) {
            log.info("{}; another one is asked", e.getMessage());
            return process(worker(), key);
        }
    }

    private Result process(WorkerProcess worker, String key) {
        WorkerProcess.Answer answer = worker.process(key);
        try {
            ResourceLink link = links.acquire(answer.key());
            return new Result(link, worker.pid(), answer.handoffMicros(), answer.processMicros());
        } catch (SegmentNotFoundException e) {
            throw new WorkerLostException("Worker " + worker.pid() + " ended before its result was acquired", e);
        } finally {
            worker.release(answer);
        }
    }

    private synchronized WorkerProcess worker() {
        if (closed) {
            throw new WorkerLostException("The studio is closing", null);
        }
        WorkerProcess worker = current;
        if (worker == null || worker.isEnded()) {
            try {
                worker = WorkerProcess.start(command, timeout, this::ended);
            } catch (IOException e) {
                throw new WorkerLostException("No worker can be started: " + e.getMessage(), e);
            }
            current = worker;
            log.info("Worker {} started", worker.pid());
        }
        return worker;
    }

    private void ended(WorkerProcess worker) {
        synchronized (this) {
            if (closed) {
                return;
            }
            log.warn("Worker {} has ended", worker.pid());
            if (worker.wasReady()) {
                worker();
            }
        }
        try {
            OrphanReport report = links.collectOrphans(Duration.ZERO);
            report.collected().forEach(orphan -> log.info("Collected {}", orphan.key()));
        } catch (IpcException | IllegalStateException e) {
            log.warn("What worker {} left behind is not collected yet: {}", worker.pid(), e.getMessage());
        }
    }

    @Override
    public void close() {
        WorkerProcess worker;
        synchronized (this) {
            closed = true;
            worker = current;
        }
        if (worker != null) {
            worker.close();
        }
    }
}
