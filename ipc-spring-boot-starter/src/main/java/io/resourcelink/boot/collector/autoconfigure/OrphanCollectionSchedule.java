package io.resourcelink.boot.collector.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

import io.resourcelink.boot.autoconfigure.IpcProperties;
import io.resourcelink.internal.work.Failures;

/**
 * Runs an {@link OrphanCollection} once per interval while the context runs, on one thread of its own. As a
 * {@link ScheduledTaskHolder} it appears among the application's scheduled tasks.
 *
 * <p>The application's own scheduling does not change. A scheduler bean would run the application's tasks too.
 * {@code @EnableScheduling} would start scheduled methods in an application that has not enabled scheduling, and a
 * scheduled bean does not run without it. So the scheduler, the task and the post-processor that schedules the task are
 * objects of this class and not beans. The post-processor has no bean factory: with one, it would call the application's
 * scheduling configurers a second time.
 *
 * <p>In the default phase it starts after all other beans and stops before them.
 */
final class OrphanCollectionSchedule implements SmartLifecycle, ScheduledTaskHolder {

    static final String THREAD_NAME_PREFIX = "ipc-collector-";

    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final Runnable collection;
    private final Map<String, String> delays;
    private final SimpleAsyncTaskSchedulerBuilder schedulers;
    private final ObservationRegistry observations;
    private volatile @Nullable Running running;

    OrphanCollectionSchedule(Runnable collection, IpcProperties.Gc gc, SimpleAsyncTaskSchedulerBuilder schedulers,
            ObservationRegistry observations) {
        this.collection = collection;
        // Resolved from the bound properties: the environment has neither the defaults nor every spelling of the names.
        this.delays = Map.of(OrphanCollection.INTERVAL, countable(gc.interval()), OrphanCollection.INITIAL_DELAY,
                countable(gc.initialDelay()));
        Failures failures = new Failures("The schedule of the collector of orphans");
        // A daemon thread, since the collection of orphans must not keep an application alive. The error handler is for
        // observation handlers: a collection does not fail, they may, and the next collection has to follow.
        this.schedulers = schedulers.threadNamePrefix(THREAD_NAME_PREFIX).additionalCustomizers(scheduler -> {
            scheduler.setDaemon(true);
            scheduler.setErrorHandler(failure -> failures.report("running a collection", failure));
        });
        this.observations = observations;
    }

    /** Spring adds a delay to the current time in milliseconds, which overflows for the longest ones. */
    private static String countable(Duration delay) {
        return (delay.compareTo(FOREVER) < 0 ? delay : FOREVER).toString();
    }

    @Override
    public void start() {
        if (isRunning()) {
            return;
        }
        OrphanCollection task = new OrphanCollection(collection);
        SimpleAsyncTaskScheduler scheduler = schedulers.build();
        ScheduledTaskRegistrar registrar = new ScheduledTaskRegistrar();
        registrar.setObservationRegistry(observations);
        ScheduledAnnotationBeanPostProcessor tasks = new ScheduledAnnotationBeanPostProcessor(registrar);
        tasks.setScheduler(scheduler);
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
            stopping.tasks().destroy();
            stopping.task().end();
            stopping.scheduler().close();
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
            SimpleAsyncTaskScheduler scheduler) {}
}
