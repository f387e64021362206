package io.resourcelink.boot.collector.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

import io.resourcelink.boot.autoconfigure.IpcProperties;

/**
 * Runs a collection of orphans once per interval while the context runs, on a thread of its own. As a
 * {@link ScheduledTaskHolder} it is listed among the application's scheduled tasks.
 *
 * <p>The application's scheduling stays as it is. A scheduler bean would run the application's own tasks,
 * {@code @EnableScheduling} would wake methods that were to sleep, and a scheduled bean would not run without it. So
 * the scheduler, the annotated task and the post-processor that schedules it are all objects of this class and no
 * beans. The post-processor is not given the bean factory either: it would have the application's scheduling
 * configurers add their tasks once more.
 *
 * <p>In the default phase it starts after everything else and stops before it.
 */
final class OrphanCollectionSchedule implements SmartLifecycle, ScheduledTaskHolder {

    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final Runnable collection;
    private final Map<String, String> delays;
    private final CollectorScheduler schedulers;
    private final ObservationRegistry observations;
    private volatile @Nullable Running running;

    OrphanCollectionSchedule(Runnable collection, IpcProperties.Gc gc, CollectorScheduler schedulers,
            ObservationRegistry observations) {
        this.collection = collection;
        // Resolved from what was bound: the environment has neither the defaults nor every spelling of the names.
        this.delays = Map.of(OrphanCollection.INTERVAL, countable(gc.interval()), OrphanCollection.INITIAL_DELAY,
                countable(gc.initialDelay()));
        this.schedulers = schedulers;
        this.observations = observations;
    }

    /** Spring counts delays in milliseconds from now, which overflows. No application sees the end of a century. */
    private static String countable(Duration delay) {
        return (delay.compareTo(FOREVER) < 0 ? delay : FOREVER).toString();
    }

    @Override
    public void start() {
        if (isRunning()) {
            return;
        }
        OrphanCollection task = new OrphanCollection(collection);
        CollectorScheduler.Started scheduler = schedulers.start();
        ScheduledTaskRegistrar registrar = new ScheduledTaskRegistrar();
        registrar.setObservationRegistry(observations);
        ScheduledAnnotationBeanPostProcessor tasks = new ScheduledAnnotationBeanPostProcessor(registrar);
        tasks.setScheduler(scheduler.scheduler());
        tasks.setEmbeddedValueResolver(delays::get);
        tasks.postProcessAfterInitialization(task, "orphanCollection");
        tasks.afterSingletonsInstantiated();
        running = new Running(task, tasks, scheduler);
    }

    @Override
    public void stop() {
        Running stopping = running;
        if (stopping != null) {
            running = null;
            stopping.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    @Override
    public Set<ScheduledTask> getScheduledTasks() {
        Running current = running;
        return current != null ? current.tasks().getScheduledTasks() : Set.of();
    }

    private record Running(OrphanCollection task, ScheduledAnnotationBeanPostProcessor tasks,
            CollectorScheduler.Started scheduler) {

        void stop() {
            tasks.destroy();
            task.end();
            scheduler.shutdown().run();
        }
    }
}
