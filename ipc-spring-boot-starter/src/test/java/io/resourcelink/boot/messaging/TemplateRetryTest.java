package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.MessagingException;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.FixedBackOff;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Only what can do no harm is sent again. */
@Timeout(60)
class TemplateRetryTest {

    private static final RetryPolicy THREE_TIMES = RetryPolicy.builder().maxRetries(3).delay(Duration.ofMillis(1))
            .build();
    private static final IpcSendOptions SHORTLY = IpcSendOptions.DEFAULT.sendTimeout(Duration.ZERO);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final AtomicInteger calls = new AtomicInteger();
    private Channel channel;
    private IpcTemplate template;

    @BeforeEach
    void open() {
        channel = Channel.builder().directory(directories.channels()).open();
        template = new IpcTemplate(channel);
        template.setRetryPolicy(THREE_TIMES);
    }

    @AfterEach
    void close() {
        template.close();
        channel.close();
    }

    private ServedTexts served(ServedTexts.Handler handler) {
        return new ServedTexts(directories.channels(), "texts", handler);
    }

    private ServedTexts failing(Reason reason, int times) {
        return served(message -> {
            if (calls.incrementAndGet() <= times) {
                message.fail(new RequestException(reason, "x.Y", null, "failed"));
            } else {
                echo(message);
            }
        });
    }

    private static void echo(Received<String> message) throws InterruptedException {
        message.reply(message.message(), MessageType.of(String.class), SendOptions.DEFAULT);
    }

    private void sends(Class<? extends Throwable> failure) {
        assertThatExceptionOfType(failure)
                .isThrownBy(() -> template.convertSendAndReceive("texts", "a", String.class, SHORTLY));
    }

    @Test
    void requestThatWasNotHandledIsSentAgain() {
        try (ServedTexts _ = failing(Reason.UNHANDLED, 2)) {
            assertThat(template.convertSendAndReceive("texts", "a", String.class)).isEqualTo("a");
            assertThat(calls).hasValue(3);
        }
    }

    @Test
    void lastFailureIsThrown() {
        try (ServedTexts _ = failing(Reason.UNHANDLED, 100)) {
            sends(RequestUnhandledException.class);
            assertThat(calls).hasValue(4);
        }
    }

    @Test
    void messageIsSentAgainUntilSomebodyServesItsDestination() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        template.setRetryPolicy(new RetryPolicy() {

            @Override
            public boolean shouldRetry(Throwable failure) {
                assertThat(failure).isInstanceOf(DestinationNotServedException.class);
                failed.countDown();
                return true;
            }
        });
        Thread sending = Thread.ofVirtual().start(() -> template.convertAndSend("texts", "a", SHORTLY));
        failed.await();
        try (ServedTexts _ = served(message -> arrived.countDown())) {
            arrived.await();
            sending.join();
        }
    }

    @Test
    void failureOfAListenerIsRetriedOnlyIfAsked() {
        try (ServedTexts _ = failing(Reason.FAILED, 2)) {
            sends(ListenerFailedException.class);
            assertThat(calls).hasValue(1);
            template.setRetryListenerFailures(true);
            assertThat(template.convertSendAndReceive("texts", "a", String.class)).isEqualTo("a");
            assertThat(calls).hasValue(3);
        }
    }

    @Test
    void unreadableAndExpiredRequestsAreNotSentAgain() {
        template.setRetryListenerFailures(true);
        try (ServedTexts _ = failing(Reason.UNREADABLE, 1)) {
            sends(RequestUnreadableException.class);
        }
        calls.set(0);
        try (ServedTexts _ = failing(Reason.EXPIRED, 1)) {
            sends(RequestExpiredException.class);
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void failingAtOnceIsNotRetried() {
        template.setRetryPolicy(new RetryPolicy() {

            @Override
            public boolean shouldRetry(Throwable failure) {
                throw new AssertionError(failure);
            }
        });
        assertThatExceptionOfType(DestinationNotServedException.class).isThrownBy(
                () -> template.convertAndSend("texts", "a", IpcSendOptions.DEFAULT.failFast(true)));
    }

    @Test
    void interruptBetweenTwoAttemptsIsNamed() {
        template.setRetryPolicy(new RetryPolicy() {

            @Override
            public boolean shouldRetry(Throwable failure) {
                Thread.currentThread().interrupt();
                return true;
            }

            @Override
            public BackOff getBackOff() {
                return new FixedBackOff(60_000);
            }
        });
        assertThatExceptionOfType(MessagingException.class)
                .isThrownBy(() -> template.convertAndSend("texts", "a", SHORTLY))
                .withMessageContaining("The thread was interrupted before the next attempt")
                .withCauseInstanceOf(DestinationNotServedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void errorsAreNotRetried() {
        AtomicInteger tries = new AtomicInteger();
        Retries retries = new Retries(THREE_TIMES, true);
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> retries.run(() -> {
            tries.incrementAndGet();
            throw new OutOfMemoryError("not really");
        }));
        assertThat(tries).hasValue(1);
    }
}
