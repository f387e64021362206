package io.resourcelink.sample.studio;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.springframework.stereotype.Component;

import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.sample.message.WorkerBeat;

/**
 * Ends workers that hang, so that others take their place: those that give no sign of life for {@code studio.worker-timeout}, and those
 * that are busy with one task for as long. It counts its own looks, not the time. While the studio itself is stopped it does not look, and
 * suspects nobody afterwards. Thread-safe.
 */
@Component
final class WorkerWatch implements AutoCloseable {

    /** A JVM may need long to start on a busy machine. */
    private static final Duration START = Duration.ofMinutes(2);

    private final Workers workers;
    private final Duration timeout;
    private final ScheduledExecutorService timer = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("watch").daemon().factory());

    WorkerWatch(Workers workers, StudioProperties properties) {
        this.workers = workers;
        this.timeout = properties.workerTimeout();
        var _ = timer.scheduleWithFixedDelay(this::look, WorkerBeat.PACE.toMillis(), WorkerBeat.PACE.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** A worker with a task that takes too long is not heard. */
    @IpcListener(WorkerBeat.DESTINATION)
    void beat(WorkerBeat beat) {
        if (beat.busyMillis() < timeout.toMillis()) {
            workers.find(beat.pid()).ifPresent(Worker::heard);
        } else {
            workers.endHanging(beat.pid());
        }
    }

    private void look() {
        for (Worker worker : workers.all()) {
            worker.nothingHeard();
            if (silence(worker).compareTo(worker.state() == Worker.State.STARTING ? START : timeout) >= 0) {
                workers.endHanging(worker.pid());
            }
        }
    }

    /** How long nothing was heard of a worker. */
    static Duration silence(Worker worker) {
        return WorkerBeat.PACE.multipliedBy(worker.silentRounds());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
