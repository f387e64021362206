package io.resourcelink.boot.messaging.autoconfigure;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.messaging.Message;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcFailureHeaders;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcMessageRecoverer;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.SubSender;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The message of a listener that fails each time is recovered, or the failure is reported. */
@Tag("slow")
@Timeout(60)
class ListenerRecoveryTest extends ListenerRetryFixture {

    @Test
    void aMessageThatCannotBeReadIsNeitherRetriedNorRecovered() {
        AtomicInteger attempts = new AtomicInteger();
        BlockingQueue<Object> recovered = new LinkedBlockingQueue<>();
        runner().run(context -> {
            IpcListenerContainer listener = registry(context)
                    .register(new IpcListenerEndpoint("numbers", Integer.class, _ -> attempts.incrementAndGet())
                            .with((message, failure) -> recovered.add(message)));
            RequestException failure = failureOf(ask("numbers", List.of("no number")));
            assertThat(failure).isNotNull();
            assertThat(failure.reason()).isEqualTo(Reason.UNREADABLE);
            assertThat(failure).hasMessageContaining(
                    "A message to \"numbers\" cannot be read as java.lang.Integer by its listener");
            assertThat(attempts).hasValue(0);
            assertThat(recovered).isEmpty();
            await().until(() -> listener.failures() == 1);
        });
    }

    record Job(ResourceLink link) {}

    @Test
    void eachAttemptAndTheRecovererGetOpenLinks() {
        AtomicInteger attempts = new AtomicInteger();
        BlockingQueue<byte[]> recovered = new LinkedBlockingQueue<>();
        runner().run(context -> {
            IpcListenerContainer listener = registry(context)
                    .register(new IpcListenerEndpoint("jobs", Job.class, message -> {
                        try (ResourceLink link = ((Job) message.getPayload()).link()) {
                            attempts.addAndGet(link.readPayload(0, 1)[0]);
                            throw new IOException("full");
                        }
                    }).with((message, failure) -> {
                        assertThat(failure).isInstanceOf(IOException.class);
                        recovered.add(((Job) message.getPayload()).link().readPayload(0, 1));
                    }));
            try (ResourceLinkFactory segments = directories.factory();
                    Channel channel = Channel.builder().directory(directories.channels()).segments(segments).open();
                    SubSender<Job> sender = channel.connect("jobs", Job.class);
                    ResourceLink link = segments.create("job", 1)) {
                link.writePayload(new byte[]{ 7 });
                sender.send(new Job(link));
                assertThat(recovered.poll(10, TimeUnit.SECONDS)).containsExactly(7);
                assertThat(attempts).hasValue(3 * 7);
                await().until(() -> segments.info("job").orElseThrow().refcount() == 1);
            }
            assertThat(listener.failures()).isEqualTo(1);
        });
    }

    @Test
    void onFailureNamesABeanOrADestination() {
        runner().withBean(Failing.class).withBean("rescue", Rescue.class).run(context -> {
            assertThat(ask("to-bean", "hello")).isNotNull();
            Message<?> taken = context.getBean(Rescue.class).taken.poll(10, TimeUnit.SECONDS);
            assertThat(taken).isNotNull();
            assertThat(taken.getPayload()).isEqualTo("hello");
            assertThat(ask("to-destination", "bye")).isNotNull();
            Message<?> forwarded = context.getBean(Failing.class).forwarded.poll(10, TimeUnit.SECONDS);
            assertThat(forwarded).isNotNull();
            assertThat(forwarded.getPayload()).isEqualTo("bye");
            Map<String, Object> headers = forwarded.getHeaders();
            assertThat(headers).containsEntry(IpcFailureHeaders.DESTINATION, "to-destination")
                    .containsEntry(IpcFailureHeaders.TYPE, UnknownFormat.class.getName())
                    .containsEntry(IpcFailureHeaders.CODE, "unknown-format").containsKey(IpcFailureHeaders.TEXT);
        });
    }

    static class Failing {

        final BlockingQueue<Message<String>> forwarded = new LinkedBlockingQueue<>();

        @IpcListener(destination = "to-bean", onFailure = "rescue")
        void bean(String text) {
            throw new UnknownFormat();
        }

        @IpcListener(destination = "to-destination", onFailure = "${failed:failed}")
        void destination(String text) {
            throw new UnknownFormat();
        }

        @IpcListener("failed")
        void failed(Message<String> message) {
            forwarded.add(message);
        }
    }

    static class Rescue implements IpcMessageRecoverer {

        final BlockingQueue<Message<?>> taken = new LinkedBlockingQueue<>();

        @Override
        public void recover(Message<?> message, Throwable failure) {
            taken.add(message);
        }
    }

    @Test
    void payloadThatCannotBeClosedIsHandledAgainAndRecovered() {
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger recovered = new AtomicInteger();
        runner().run(context -> {
            registry(context).register(new IpcListenerEndpoint("sticky", Sticky.class, _ -> {
                attempts.incrementAndGet();
                throw new IOException("never");
            }).with((_, failure) -> {
                assertThat(failure).hasMessage("never");
                recovered.incrementAndGet();
            }));
            assertThat(failureOf(ask("sticky", Map.of("text", "a"))).type()).isEqualTo(IOException.class.getName());
            await().until(() -> recovered.get() == 1);
            assertThat(attempts).hasValue(3);
        });
    }

    record Sticky(String text) implements AutoCloseable {

        @Override
        public void close() {
            throw new IllegalStateException("stuck");
        }
    }

    @Test
    void messageThatWasHandledIsNotRecovered() {
        AtomicInteger recovered = new AtomicInteger();
        AtomicInteger reported = new AtomicInteger();
        runner().run(context -> {
            IpcListenerEndpointRegistry registry = registry(context);
            registry.setErrorHandler(_ -> reported.incrementAndGet());
            registry.register(new IpcListenerEndpoint("unsendable", String.class, _ -> new Thread())
                    .with((_, _) -> recovered.incrementAndGet()));
            assertThat(ask("unsendable", "hello")).isNotNull();
            await().until(() -> reported.get() == 1);
            assertThat(recovered).hasValue(0);
        });
    }

    @Test
    void aRecovererThatFailsLeavesTheFailureToTheReport() {
        runner().run(context -> {
            AtomicInteger reported = new AtomicInteger();
            IpcListenerEndpointRegistry registry = registry(context);
            registry.setErrorHandler(_ -> reported.incrementAndGet());
            registry.register(new IpcListenerEndpoint("lost", String.class, _ -> {
                throw new IOException("gone");
            }).with((_, _) -> {
                throw new AssertionError("no room");
            }));
            assertThat(ask("lost", "hello")).isNotNull();
            await().until(() -> reported.get() == 1);
        });
    }
}
