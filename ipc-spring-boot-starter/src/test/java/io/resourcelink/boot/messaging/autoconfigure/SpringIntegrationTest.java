package io.resourcelink.boot.messaging.autoconfigure;

import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.util.ErrorHandler;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An application with Spring Integration. It has beans of the same types for itself. */
@Tag("slow")
@Timeout(60)
class SpringIntegrationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging().withConfiguration(AutoConfigurations.of(IntegrationAutoConfiguration.class))
                .withBean(Listener.class);
    }

    @Test
    void listenersUseTheirOwnMethodFactory() {
        runner().run(context -> {
            assertThat(context.getBeansOfType(MessageHandlerMethodFactory.class)).hasSizeGreaterThan(1)
                    .containsKey("ipcListenerMethodFactory");
            assertThat(context.getBean(IpcTemplate.class).convertSendAndReceive("letters", "a", String.class))
                    .isEqualTo("A");
        });
    }

    @Test
    void anErrorHandlerOfAnotherLibraryIsNotTold() {
        BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();
        runner().withBean("tasks", ErrorHandler.class, () -> told::add).run(context -> {
            context.getBean(IpcTemplate.class).convertAndSend("failures", "a");
            IpcListenerEndpointRegistry registry = context.getBean(IpcListenerEndpointRegistry.class);
            await().until(() -> registry.find("failures").orElseThrow().failures() == 1);
            assertThat(told).isEmpty();
        });
    }

    static class Listener {

        @IpcListener("letters")
        String letter(String text) {
            return text.toUpperCase(Locale.ROOT);
        }

        @IpcListener("failures")
        void fail(String text) {
            throw new IllegalArgumentException(text);
        }
    }
}
