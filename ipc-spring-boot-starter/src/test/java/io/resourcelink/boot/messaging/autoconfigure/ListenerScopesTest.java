package io.resourcelink.boot.messaging.autoconfigure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.beans.factory.config.Scope;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.ScopedProxyMode;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.InvalidListenerException;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** Listeners of beans that are lazy, or no singletons. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ListenerScopesTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private static @Nullable Integer ask(ApplicationContext context) {
        return context.getBean(IpcTemplate.class).convertSendAndReceive("numbers", "which", Integer.class);
    }

    @Test
    void lazyBeanListensOnceItIsCreated() {
        directories.messaging().withUserConfiguration(OnDemand.class).run(context -> {
            IpcListenerEndpointRegistry registry = context.getBean(IpcListenerEndpointRegistry.class);
            assertThat(registry.containers()).isEmpty();
            int number = context.getBean(Numbered.class).number;
            assertThat(registry.containers()).hasSize(1).allMatch(container -> container.isServing());
            assertThat(ask(context)).isEqualTo(number);
        });
    }

    @Test
    void beansWithListenersAreNotLazyIfAllBeansAre() {
        directories.messaging().withUserConfiguration(Singleton.class)
                .withInitializer(context -> context
                        .addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> {
                    assertThat(context.getSourceApplicationContext().getBeanFactory().containsSingleton("other"))
                            .isFalse();
                    assertThat(ask(context)).isPositive();
                });
    }

    @ParameterizedTest
    @ValueSource(classes = { Prototype.class, Refreshed.class, Request.class })
    void aBeanWithoutOneObjectIsRefused(Class<?> configuration) {
        directories.messaging().withUserConfiguration(configuration, Scopes.class)
                .run(context -> assertThat(context).getFailure()
                        .isInstanceOf(InvalidListenerException.class)
                        .hasMessageContaining("Bean \"numbered\" has @IpcListener and scope"));
    }

    @Test
    void messagesGoThroughTheProxyOfAScope() {
        directories.messaging().withUserConfiguration(RefreshedProxy.class, Scopes.class).run(context -> {
            Integer first = ask(context);
            assertThat(ask(context)).isEqualTo(first).isNotNull();
            context.getBean(Refresh.class).objects.clear();
            assertThat(ask(context)).isNotNull().isNotEqualTo(first);
            assertThat(context.getBean(Numbered.class).listen("x")).isPositive();
        });
    }

    @Test
    void messagesGoThroughAProxyThatTheContainerShowsToNoPostProcessor() {
        directories.messaging().withUserConfiguration(RefreshedProxy.class, Scopes.class)
                .withInitializer(context -> context.addBeanFactoryPostProcessor(
                        beans -> ((AbstractBeanDefinition) beans.getBeanDefinition("numbered")).setSynthetic(true)))
                .run(context -> {
                    assertThat(ask(context)).isPositive();
                    assertThat(context.getBean(IpcListenerEndpointRegistry.class).containers()).hasSize(1);
                });
    }

    @Test
    void eachMessageOfAPrototypeWithAProxyHasAnObjectOfItsOwn() {
        directories.messaging().withUserConfiguration(PrototypeProxy.class)
                .run(context -> assertThat(ask(context)).isNotNull().isNotEqualTo(ask(context)));
    }

    @Test
    void furtherObjectsThatNoDefinitionTellsOfAreIgnored(CapturedOutput output) {
        directories.messaging().run(context -> {
            Numbered first = context.getAutowireCapableBeanFactory().createBean(Numbered.class);
            context.getAutowireCapableBeanFactory().createBean(Numbered.class);
            context.getAutowireCapableBeanFactory().createBean(Numbered.class);
            assertThat(ask(context)).isEqualTo(first.number);
        });
        assertThat(output).containsOnlyOnce("its first object only");
    }

    static class Numbered {

        private static final AtomicInteger NUMBERS = new AtomicInteger();

        final int number = NUMBERS.incrementAndGet();

        @IpcListener("numbers")
        int listen(String text) {
            return number;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OnDemand {

        @Bean
        @Lazy
        Numbered numbered() {
            return new Numbered();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Singleton {

        @Bean
        Numbered numbered() {
            return new Numbered();
        }

        @Bean
        Object other() {
            return new Object();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Prototype {

        @Bean
        @org.springframework.context.annotation.Scope("prototype")
        Numbered numbered() {
            return new Numbered();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeProxy {

        @Bean
        @org.springframework.context.annotation.Scope(value = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Numbered numbered() {
            return new Numbered();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Refreshed {

        @Bean
        @org.springframework.context.annotation.Scope("refresh")
        Numbered numbered() {
            return new Numbered();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class RefreshedProxy {

        @Bean
        @org.springframework.context.annotation.Scope(value = "refresh", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Numbered numbered() {
            return new Numbered();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Request {

        @Bean
        @org.springframework.context.annotation.Scope(value = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Numbered numbered() {
            return new Numbered();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Scopes {

        @Bean
        static CustomScopeConfigurer scopes(Refresh refresh) {
            CustomScopeConfigurer configurer = new CustomScopeConfigurer();
            configurer.addScope("refresh", refresh);
            return configurer;
        }

        @Bean
        static Refresh refresh() {
            return new Refresh();
        }
    }

    /** Creates all objects anew when it was cleared. */
    static class Refresh implements Scope {

        final Map<String, Object> objects = new ConcurrentHashMap<>();

        @Override
        public Object get(String name, ObjectFactory<?> factory) {
            return objects.computeIfAbsent(name, _ -> factory.getObject());
        }

        @Override
        public @Nullable Object remove(String name) {
            return objects.remove(name);
        }

        @Override
        public void registerDestructionCallback(String name, Runnable callback) {}
    }
}
