package io.resourcelink.boot.actuate.endpoint;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.MessagingException;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.actuate.autoconfigure.IpcEndpointAutoConfiguration;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerState;
import io.resourcelink.channel.DestinationKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class MessagingChannelsTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ApplicationContextRunner runner() {
        return directories.messaging(IpcEndpointAutoConfiguration.class)
                .withPropertyValues("management.endpoints.web.exposure.include=ipc");
    }

    private static ChannelsDescriptor channels(ApplicationContext context) {
        return Objects.requireNonNull(context.getBean(IpcEndpoint.class).ipc(null, null, null).channels());
    }

    @Test
    void lookingCreatesNoTemplateAndOpensNoChannel() {
        runner().run(context -> {
            assertThat(channels(context)).isEqualTo(new ChannelsDescriptor(List.of(), List.of(), List.of()));
            assertThat(context.getBeanFactory().containsSingleton("ipcTemplate")).isFalse();
            assertThat(directories.channels()).doesNotExist();
        });
    }

    @Test
    void messagesAreCountedByWhatHasBecomeOfThem() {
        CountDownLatch first = new CountDownLatch(1);
        runner().run(context -> {
            context.getBean(IpcListenerEndpointRegistry.class)
                    .register(new IpcListenerEndpoint("seen", String.class, message -> {
                        first.await();
                        if ("bad".equals(message.getPayload())) {
                            throw new IllegalStateException("bad");
                        }
                        return null;
                    }));
            IpcTemplate template = context.getBean(IpcTemplate.class);
            List.of("good", "bad", "good").forEach(text -> template.convertAndSend("seen", text));

            await().until(() -> listener(context).waiting() == 2);
            first.countDown();
            await().until(() -> listener(context).handled() == 2);

            assertThat(listener(context))
                    .isEqualTo(new ListenerDescriptor("seen", "seen", DestinationKind.SINGLE,
                            ListenerState.SERVING, 1, 0, 2, 1, 0, 0, 0));
            assertThat(channels(context).destinations())
                    .containsExactly(new DestinationDescriptor("seen", ProcessHandle.current().pid()));
        });
    }

    private static ListenerDescriptor listener(ApplicationContext context) {
        return channels(context).listeners().getFirst();
    }

    @Test
    void aDestinationThatIsNotServedHasNoProcess() {
        runner().withPropertyValues("ipc.messaging.template.send-timeout=1h").run(context -> {
            IpcTemplate template = context.getBean(IpcTemplate.class);
            Thread waiting = Thread.ofVirtual().start(() -> assertThatExceptionOfType(MessagingException.class)
                    .isThrownBy(() -> template.convertAndSend("nowhere", "text")));
            await().untilAsserted(() -> assertThat(channels(context).destinations())
                    .containsExactly(new DestinationDescriptor("nowhere", null)));
            waiting.interrupt();
            waiting.join();
            assertThat(channels(context).destinations()).isEmpty();
        });
    }
}
