package io.resourcelink.sample.studio;

import java.time.Duration;
import java.time.Instant;

import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.stereotype.Component;

import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.sample.message.WorkerBeat;

/**
 * Ends workers that hang, so that others take their place: those that give no sign of life for {@code studio.worker-timeout}, and those
 * that are busy with one task for as long. It counts its own looks, not the time: while the studio itself is stopped it does not look, and
 * no worker is suspected afterwards. Thread-safe.
 */
@Component
final class WorkerWatch implements AutoCloseable {

    /** A JVM may need long to start on a busy machine. */
    private static final Duration START = Duration.ofMinutes(2);

    private final Workers workers;
    private final Duration timeout;
    private final ThreadPoolTaskScheduler timer = new ThreadPoolTaskScheduler();

    WorkerWatch(Workers workers, StudioProperties properties) {
        this.workers = workers;
        this.timeout = properties.workerTimeout();
        timer.setThreadNamePrefix("watch-");
        timer.setDaemon(true);
        timer.initialize();
        var _ = timer.scheduleWithFixedDelay(this::look, Instant.now().plus(WorkerBeat.PACE), WorkerBeat.PACE);
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
        timer.shutdown();
    }
}
