package io.resourcelink.boot.collector.autoconfigure;

import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.ErrorHandler;

import io.resourcelink.internal.work.Failures;

/** Starts the scheduler that only the collection of orphans runs on: one thread, configured like the application's. */
@FunctionalInterface
interface CollectorScheduler {

    /** What the names of its threads begin with. */
    String THREAD_NAME_PREFIX = "ipc-collector-";

    /** {@return a scheduler that runs} */
    Started start();

    /**
     * A scheduler that runs.
     *
     * @param scheduler takes the task
     * @param shutdown ends it
     */
    record Started(TaskScheduler scheduler, Runnable shutdown) {}

    static CollectorScheduler onPlatformThread(ThreadPoolTaskSchedulerBuilder builder) {
        // A daemon, since collecting orphans is no reason to keep an application alive that has done its work.
        ThreadPoolTaskSchedulerBuilder own = builder.poolSize(1).threadNamePrefix(THREAD_NAME_PREFIX)
                .additionalCustomizers(scheduler -> {
                    scheduler.setDaemon(true);
                    scheduler.setErrorHandler(reporting());
                });
        return () -> {
            ThreadPoolTaskScheduler scheduler = own.build();
            scheduler.initialize();
            return new Started(scheduler, scheduler::shutdown);
        };
    }

    static CollectorScheduler onVirtualThread(SimpleAsyncTaskSchedulerBuilder builder) {
        SimpleAsyncTaskSchedulerBuilder own = builder.virtualThreads(true).threadNamePrefix(THREAD_NAME_PREFIX)
                .additionalCustomizers(scheduler -> scheduler.setErrorHandler(reporting()));
        return () -> {
            SimpleAsyncTaskScheduler scheduler = own.build();
            return new Started(scheduler, scheduler::close);
        };
    }

    /** The collection itself never fails. What observes it may, and that must not end the schedule, nor may a logger. */
    private static ErrorHandler reporting() {
        Failures failures = new Failures("The schedule of the collector of orphans");
        return failure -> failures.report("running a collection", failure);
    }
}
