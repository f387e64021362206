package io.resourcelink.boot.collector.autoconfigure;

import java.time.InstantSource;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.annotation.RegisterReflection;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.autoconfigure.IpcProperties;
import io.resourcelink.boot.collector.OrphanCollector;

/**
 * Auto-configuration of the collection of orphans: once before any bean is given the factory, then on a schedule. It
 * works with and without the application's own scheduling, and does not change that.
 */
@AutoConfiguration(after = { IpcAutoConfiguration.class, TaskSchedulingAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = { "ipc.enabled", "ipc.gc.enabled" }, matchIfMissing = true)
@ConditionalOnSingleCandidate(ResourceLinkFactory.class)
@EnableConfigurationProperties(IpcProperties.class)
@RegisterReflection(classes = OrphanCollection.class, memberCategories = MemberCategory.INVOKE_DECLARED_METHODS)
public final class OrphanCollectorAutoConfiguration {

    OrphanCollectorAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    OrphanCollector orphanCollector(IpcProperties properties) {
        return new OrphanCollector(properties.gc().maxAge(), InstantSource.system());
    }

    @Bean
    static FirstOrphanCollection firstOrphanCollection(ObjectProvider<OrphanCollector> collector) {
        return new FirstOrphanCollection(collector);
    }

    @Bean
    OrphanCollectionSchedule orphanCollectionSchedule(OrphanCollector collector, ResourceLinkFactory factory,
            IpcProperties properties, ObjectProvider<SimpleAsyncTaskSchedulerBuilder> schedulers,
            ObjectProvider<ObservationRegistry> observations, Environment environment) {
        return new OrphanCollectionSchedule(() -> collector.collect(factory), properties.gc(),
                schedulers.getIfAvailable(SimpleAsyncTaskSchedulerBuilder::new)
                        .virtualThreads(Threading.VIRTUAL.isActive(environment)),
                observations.getIfUnique(() -> ObservationRegistry.NOOP));
    }
}
