package io.resourcelink.boot.messaging.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.channel.PublishResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Listeners in parent and child contexts. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ListenerContextsTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void eachContextHandlesItsOwnListeners() {
        run(Parent.class, Child.class, child -> {
            var parent = Objects.requireNonNull(child.getParent());
            assertThat(destinations(parent.getBean(IpcListenerEndpointRegistry.class))).containsExactly("parent");
            assertThat(destinations(child.getBean(IpcListenerEndpointRegistry.class))).containsExactly("child");
            assertThat(child.getBean(Channel.class)).isSameAs(parent.getBean(Channel.class));
            assertThat(ask(child, "child")).isEqualTo("child: hello");
            assertThat(ask(child, "parent")).isEqualTo("parent: hello");
            child.close();
            assertThat(ask((ConfigurableApplicationContext) parent, "parent")).isEqualTo("parent: hello");
            assertThat(parent.getBean(IpcListenerEndpointRegistry.class).isRunning()).isTrue();
        });
    }

    @Test
    void aParentNeedsNoListenersOfItsOwn() {
        run(Empty.class, Child.class, child -> assertThat(ask(child, "child")).isEqualTo("child: hello"));
    }

    @Test
    void listenersOfAContextWithoutTheStarterAreNamed(CapturedOutput output) {
        run(Empty.class, Plain.class,
                child -> assertThat(output).contains("Bean \"listener\" has @IpcListener and is not called",
                        "@EnableAutoConfiguration"));
    }

    @Test
    void parentAndChildShareAQueueAndEachOfThemSubscribes() {
        run(Several.class, Several.class, child -> {
            var parent = (ConfigurableApplicationContext) Objects.requireNonNull(child.getParent());
            assertThat(parent.getBean(IpcTemplate.class).publish("news", "hello")).isEqualTo(new PublishResult(2, 0));
            for (int number = 0; number < 10; number++) {
                assertThat(ask(child, "work")).isEqualTo("done: hello");
            }
            // The last one counts as handled a moment after its reply is here.
            await().until(() -> handled(parent, "work") + handled(child, "work") == 10);
            for (ConfigurableApplicationContext context : List.of(parent, child)) {
                await().until(() -> handled(context, "news") == 1);
            }

            child.close();
            assertThat(parent.getBean(IpcTemplate.class).publish("news", "hello")).isEqualTo(new PublishResult(1, 0));
            assertThat(ask(parent, "work")).isEqualTo("done: hello");
        });
    }

    private static long handled(ConfigurableApplicationContext context, String id) {
        return context.getBean(IpcListenerEndpointRegistry.class).find(id).orElseThrow().handled();
    }

    private void run(Class<?> parent, Class<?> child, Consumer<ConfigurableApplicationContext> test) {
        SpringApplicationBuilder builder = new SpringApplicationBuilder(parent).web(WebApplicationType.NONE)
                .registerShutdownHook(false).properties(directories.properties());
        try (ConfigurableApplicationContext above = builder.run();
                ConfigurableApplicationContext below = new SpringApplicationBuilder(child).parent(above)
                        .web(WebApplicationType.NONE).registerShutdownHook(false).run()) {
            test.accept(below);
        }
    }

    private static Iterable<String> destinations(IpcListenerEndpointRegistry registry) {
        return registry.containers().stream().map(IpcListenerContainer::endpoint)
                .map(endpoint -> endpoint.destination())
                .toList();
    }

    private static Object ask(ConfigurableApplicationContext context, String destination) {
        return Objects.requireNonNull(
                context.getBean(IpcTemplate.class).convertSendAndReceive(destination, "hello", String.class));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Parent {

        @IpcListener("parent")
        String answer(String text) {
            return "parent: " + text;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Child {

        @IpcListener("child")
        String answer(String text) {
            return "child: " + text;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Several {

        @IpcListener(destination = "work", kind = DestinationKind.QUEUE)
        String work(String text) {
            return "done: " + text;
        }

        @IpcListener(destination = "news", kind = DestinationKind.TOPIC)
        void read(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {

        @Bean
        Listener listener() {
            return new Listener();
        }
    }

    static class Listener {

        @IpcListener("plain")
        void listen(String text) {}
    }
}
