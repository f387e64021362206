package io.resourcelink.boot.collector.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskHolder;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.collector.OrphanCollector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Tag("slow")
class OrphanCollectionScheduleTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final TaskThreads threads = new TaskThreads();

    @Test
    void orphansAreCollectedOncePerInterval() {
        runner().run(context -> {
            OrphanCollector collector = context.getBean(OrphanCollector.class);
            await().until(() -> collector.status().runs() > 2);
            directories.leaveOrphan("orphan");
            // By a sweep, or by the factory, which a sweep before has told when the orphan's time is over.
            await().until(() -> context.getBean(ResourceLinkFactory.class).info("orphan").isEmpty());
            long runs = collector.status().runs();
            await().until(() -> collector.status().runs() > runs);
        });
    }

    @Test
    void firstScheduledCollectionWaitsForTheInitialDelay() {
        runner().withPropertyValues("ipc.gc.interval=1h", "ipc.gc.initial-delay=1ms").run(context -> {
            OrphanCollector collector = context.getBean(OrphanCollector.class);
            await().until(() -> collector.status().runs() == 2);
        });
    }

    @Test
    void failingCollectionDoesNotEndTheSchedule() {
        runner().run(context -> {
            OrphanCollector collector = context.getBean(OrphanCollector.class);
            context.getBean(ResourceLinkFactory.class).close();
            await().until(() -> collector.status().lastFailure() != null);
            long runs = collector.status().runs();
            await().until(() -> collector.status().runs() > runs + 2);
        });
    }

    @Test
    void eachCollectionIsObservedAsAScheduledTaskOnADaemonOfItsOwn() {
        runner().run(context -> {
            await().until(() -> !threads.seen.isEmpty());
            assertThat(threads.seen.getFirst().getName()).startsWith(OrphanCollectionSchedule.THREAD_NAME_PREFIX);
            assertThat(threads.seen.getFirst().isDaemon()).isTrue();
            assertThat(threads.seen.getFirst().isVirtual()).isFalse();
            assertThat(threads.observed).contains("tasks.scheduled.execution");
        });
    }

    @Test
    void virtualThreadIsUsedWhereTheApplicationUsesThem() {
        runner().withPropertyValues("spring.threads.virtual.enabled=true").run(context -> {
            await().until(() -> !threads.seen.isEmpty());
            assertThat(threads.seen.getFirst().getName()).startsWith(OrphanCollectionSchedule.THREAD_NAME_PREFIX);
            assertThat(threads.seen.getFirst().isVirtual()).isTrue();
        });
    }

    @Test
    void worksWithoutTheAutoConfigurationOfScheduling() {
        for (String virtual : List.of("true", "false")) {
            directories.runner(OrphanCollectorAutoConfiguration.class)
                    .withPropertyValues("ipc.gc.interval=20ms", "spring.threads.virtual.enabled=" + virtual)
                    .run(context -> await()
                            .until(() -> context.getBean(OrphanCollector.class).status().runs() > 2));
        }
    }

    @Test
    void lazyInitializationDoesNotHoldItBack() {
        runner().withInitializer(
                context -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> await().until(() -> context.getBean(OrphanCollector.class).status().runs() > 2));
    }

    @Test
    void isListedAmongTheScheduledTasksWhileItRuns() {
        runner().withPropertyValues("ipc.gc.interval=1h").run(context -> {
            ScheduledTaskHolder holder = context.getBean(ScheduledTaskHolder.class);
            assertThat(holder.getScheduledTasks()).singleElement()
                    .hasToString(OrphanCollection.class.getName() + ".collect");

            context.getBean(OrphanCollectionSchedule.class).stop();
            assertThat(holder.getScheduledTasks()).isEmpty();
        });
    }

    @Test
    void stopsAndStartsWithTheLifecycle() {
        runner().run(context -> {
            OrphanCollector collector = context.getBean(OrphanCollector.class);
            await().until(() -> collector.status().runs() > 2);

            context.getSourceApplicationContext().stop();
            long runs = collector.status().runs();
            await().until(() -> collectorThreads().isEmpty());
            assertThat(collector.status().runs()).isEqualTo(runs);

            context.getSourceApplicationContext().start();
            await().until(() -> collector.status().runs() > runs + 2);
        });
        await().until(() -> collectorThreads().isEmpty());
    }

    @Test
    void applicationsOwnSchedulingStaysAsItIs() {
        runner().withUserConfiguration(SchedulingEnabled.class, ScheduledByTheApplication.class).run(context -> {
            ScheduledByTheApplication own = context.getBean(ScheduledByTheApplication.class);
            await().until(() -> own.threads.size() > 2 && own.configuredRuns.get() > 0);
            await().until(() -> context.getBean(OrphanCollector.class).status().runs() > 2);
            assertThat(own.threads).allMatch(name -> name.startsWith("scheduling-"));
            assertThat(own.configurations).hasValue(1);
            assertThat(context).hasSingleBean(TaskScheduler.class).hasBean("taskScheduler")
                    .hasBean("applicationTaskExecutor");
        });
    }

    @Test
    void applicationsDormantMethodsAreNotWoken() {
        runner().withUserConfiguration(ScheduledByTheApplication.class).run(context -> {
            await().until(() -> context.getBean(OrphanCollector.class).status().runs() > 3);
            assertThat(context.getBean(ScheduledByTheApplication.class).threads).isEmpty();
            assertThat(context.getBean(ScheduledByTheApplication.class).configurations).hasValue(0);
            assertThat(context).doesNotHaveBean(TaskScheduler.class).hasBean("applicationTaskExecutor");
        });
    }

    private static List<String> collectorThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith(OrphanCollectionSchedule.THREAD_NAME_PREFIX)).toList();
    }

    private ApplicationContextRunner runner() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(threads);
        return directories
                .runner(OrphanCollectorAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
                        TaskSchedulingAutoConfiguration.class)
                .withBean(ObservationRegistry.class, () -> observations)
                .withPropertyValues("ipc.gc.interval=20ms");
    }

    /** The threads that observed tasks run on. */
    private static final class TaskThreads implements ObservationHandler<Observation.Context> {

        private final List<Thread> seen = new CopyOnWriteArrayList<>();
        private final List<String> observed = new CopyOnWriteArrayList<>();

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        @Override
        public void onStart(Observation.Context context) {
            observed.add(String.valueOf(context.getName()));
            seen.add(Thread.currentThread());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class SchedulingEnabled {}

    @Configuration(proxyBeanMethods = false)
    static class ScheduledByTheApplication {

        final List<String> threads = new CopyOnWriteArrayList<>();
        final AtomicInteger configurations = new AtomicInteger();
        final AtomicInteger configuredRuns = new AtomicInteger();

        @Scheduled(fixedDelay = 20)
        void task() {
            threads.add(Thread.currentThread().getName());
        }

        @Bean
        SchedulingConfigurer configurer() {
            return registrar -> {
                configurations.incrementAndGet();
                registrar.addOneTimeTask(configuredRuns::incrementAndGet, Duration.ZERO);
            };
        }
    }
}
