package io.resourcelink.sample.worker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.MessagingException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.stereotype.Component;

import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.sample.message.WorkerBeat;

/**
 * Tells the studio twice a second that this worker is alive, and how long its listeners have been busy with what they are at. A process
 * that is stopped says nothing, and a listener that hangs is busy for too long. Thread-safe.
 */
@Component
final class Heartbeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);
    private static final IpcSendOptions AT_ONCE = IpcSendOptions.DEFAULT.sendTimeout(Duration.ofSeconds(1))
            .failFast(true);

    private final IpcTemplate template;
    private final Map<Thread, Long> busySince = new ConcurrentHashMap<>();
    private final ThreadPoolTaskScheduler timer = new ThreadPoolTaskScheduler();

    Heartbeat(IpcTemplate template) {
        this.template = template;
        timer.setThreadNamePrefix("heartbeat-");
        timer.setDaemon(true);
        timer.initialize();
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(this::beat, WorkerBeat.PACE);
    }

    /** Until the task is closed, this thread is busy. */
    Task task() {
        busySince.put(Thread.currentThread(), System.nanoTime());
        return new Task();
    }

    /** What a listener is at. To be closed by the thread that has begun it. */
    final class Task implements AutoCloseable {

        @Override
        public void close() {
            busySince.remove(Thread.currentThread());
        }
    }

    private void beat() {
        long now = System.nanoTime();
        long busy = busySince.values().stream().mapToLong(since -> now - since).max().orElse(0);
        try {
            template.convertAndSend(WorkerBeat.DESTINATION,
                    new WorkerBeat(ProcessHandle.current().pid(), TimeUnit.NANOSECONDS.toMillis(busy)), AT_ONCE);
        } catch (MessagingException e) {
            log.debug("The studio is not told that this worker is alive", e);
        }
    }

    @Override
    public void close() {
        timer.shutdown();
    }
}
