package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.FailureCode;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubSender;
import io.resourcelink.error.RequestException;

/** An application whose listeners are called up to three times, and a process that sends to them. */
abstract class ListenerRetryFixture {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    final ApplicationContextRunner runner() {
        return directories.messaging().withPropertyValues("ipc.messaging.listener.retry.enabled=true",
                "ipc.messaging.listener.retry.delay=1ms", "ipc.messaging.listener.retry.max-retries=2");
    }

    static IpcListenerEndpointRegistry registry(ApplicationContext context) {
        return context.getBean(IpcListenerEndpointRegistry.class);
    }

    static RequestException failureOf(@Nullable RequestException failure) {
        return Objects.requireNonNull(failure, "the request has succeeded");
    }

    /** Sends as another process would. */
    final @Nullable RequestException ask(String destination, Object request) throws InterruptedException {
        try (Channel channel = Channel.builder().directory(directories.channels()).open();
                SubSender<Object> sender = channel.connect(destination, Object.class);
                PendingReply<Object> pending = sender.request(request, MessageType.of(Object.class),
                        SendOptions.DEFAULT)) {
            try (Received<Object> _ = pending.await(Duration.ofSeconds(30)).orElseThrow()) {
                return null;
            } catch (RequestException e) {
                return e;
            }
        }
    }

    static class UnknownFormat extends RuntimeException implements FailureCode {

        private static final long serialVersionUID = 1L;

        @Override
        public String code() {
            return "unknown-format";
        }
    }
}
