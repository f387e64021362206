package io.resourcelink.boot.messaging.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ErrorHandler;
import org.springframework.validation.Validator;

import io.resourcelink.boot.autoconfigure.ConditionalOnLinux;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelAutoConfiguration;
import io.resourcelink.boot.messaging.IpcListenerAnnotationBeanPostProcessor;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;

/**
 * Auto-configuration of messages between processes: the {@link IpcTemplate}, and the beans that call methods with
 * {@link io.resourcelink.boot.messaging.IpcListener @IpcListener}. On other systems than Linux, it only logs a warning.
 */
@AutoConfiguration(after = IpcChannelAutoConfiguration.class, afterName = {
    "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
    "org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration" })
@ConditionalOnClass(MessageHandlerMethodFactory.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
public final class IpcMessagingAutoConfiguration {

    IpcMessagingAutoConfiguration() {}

    /**
     * The beans that need a channel. Each context handles its own listeners. A child context sends with the template and
     * the channel of its parent.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(Channel.class)
    @EnableConfigurationProperties(IpcMessagingProperties.class)
    static class Messaging {

        @Bean
        @Lazy
        @ConditionalOnMissingBean
        IpcTemplate ipcTemplate(Channel channel, IpcMessagingProperties properties,
                ObjectProvider<ObservationRegistry> observations) {
            IpcTemplate template = new IpcTemplate(channel);
            template.setSendTimeout(properties.template().sendTimeout());
            template.setReplyTimeout(properties.template().replyTimeout());
            template.setFailFast(properties.template().failFast());
            if (properties.template().maxAge() != null) {
                template.setMaxAge(properties.template().maxAge());
            }
            if (properties.template().retry().enabled()) {
                template.setRetryPolicy(properties.template().retry().policy());
            }
            observations.ifUnique(template::setObservationRegistry);
            return template;
        }

        @Bean
        @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
        IpcListenerEndpointRegistry ipcListenerEndpointRegistry(ObjectProvider<Channel> channel,
                ObjectProvider<IpcTemplate> template, IpcMessagingProperties properties,
                @Qualifier("ipcErrorHandler") ObjectProvider<ErrorHandler> errors,
                ObjectProvider<ObservationRegistry> observations, Environment environment) {
            IpcListenerEndpointRegistry registry = new IpcListenerEndpointRegistry(channel::getObject,
                    template::getObject);
            ListenerProperties listeners = new ListenerProperties(properties.listener());
            registry.setDefaults(listeners.settings());
            registry.setShutdownTimeout(listeners.shutdownTimeout(environment));
            if (properties.listener().retry().enabled()) {
                registry.setRetryPolicy(properties.listener().retry().policy());
            }
            registry.setReplyTimeout(properties.listener().replyTimeout());
            registry.setVirtualThreads(Threading.VIRTUAL.isActive(environment));
            errors.ifAvailable(registry::setErrorHandler);
            observations.ifUnique(registry::setObservationRegistry);
            return registry;
        }

        @Bean(IpcListenerAnnotationBeanPostProcessor.METHOD_FACTORY_BEAN_NAME)
        @ConditionalOnMissingBean(name = IpcListenerAnnotationBeanPostProcessor.METHOD_FACTORY_BEAN_NAME, search = SearchStrategy.CURRENT)
        MessageHandlerMethodFactory ipcListenerMethodFactory(ObjectProvider<Validator> validator) {
            DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
            validator.ifUnique(factory::setValidator);
            return factory;
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
        static IpcListenerAnnotationBeanPostProcessor ipcListenerAnnotationBeanPostProcessor() {
            return new IpcListenerAnnotationBeanPostProcessor();
        }

        /** A bean that is created on demand would never be, because messages do not ask for it. */
        @Bean
        static LazyInitializationExcludeFilter ipcListenersAreNotLazy() {
            return (name, definition, type) -> IpcListenerAnnotationBeanPostProcessor
                    .hasListeners(ClassUtils.getUserClass(type));
        }

        @Bean
        static ListenersOfOtherContexts listenersOfOtherContexts(ApplicationContext context) {
            return new ListenersOfOtherContexts(context);
        }
    }

    @Bean
    @ConditionalOnLinux(false)
    OffLinuxMessaging offLinuxMessaging(Environment environment) {
        return new OffLinuxMessaging(environment.getProperty("os.name", "another system"));
    }
}
