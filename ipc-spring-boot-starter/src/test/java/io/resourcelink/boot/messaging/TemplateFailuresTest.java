package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessagingException;
import org.springframework.util.backoff.FixedBackOff;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** Each reason why a message is not sent, or a request has no reply, is a type of its own that says what helps. */
@Timeout(60)
class TemplateFailuresTest {

    private static final IpcSendOptions SHORTLY = IpcSendOptions.DEFAULT.sendTimeout(Duration.ofMillis(50));

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private Channel channel;
    private IpcTemplate template;

    @BeforeEach
    void open() {
        channel = Channel.builder().directory(directories.channels()).open();
        template = new IpcTemplate(channel);
    }

    @AfterEach
    void close() {
        template.close();
        channel.close();
    }

    private ServedTexts served(ServedTexts.Handler handler) {
        return new ServedTexts(directories.channels(), "texts", handler);
    }

    @Test
    void destinationThatNobodyServesIsNamedWithTheDirectoryAndTheTime() {
        DestinationNotServedException failure = catchThrowableOfType(DestinationNotServedException.class,
                () -> template.convertAndSend("nobody", "hello", SHORTLY));

        assertThat(failure).isInstanceOf(MessageDeliveryException.class).hasCauseInstanceOf(DisconnectedException.class)
                .hasMessageStartingWith(
                        "Nobody serves \"nobody\" in " + directories.channels()
                                + " (waited 50 ms). Start the application");
        assertThat(failure.destination()).isEqualTo("nobody");
        assertThat(failure.getFailedMessage()).isNotNull()
                .satisfies(message -> assertThat(message.getPayload()).isEqualTo("hello"));
    }

    @Test
    void destinationThatNobodyIsKnownToHaveServedFailsAtOnceIfAsked() throws Exception {
        IpcSendOptions atOnce = IpcSendOptions.DEFAULT.sendTimeout(Duration.ofHours(1)).failFast(true);
        assertThatExceptionOfType(DestinationNotServedException.class)
                .isThrownBy(() -> template.convertAndSend("mispelt", "hello", atOnce))
                .withMessageContaining("and nobody is known to have served it");

        try (ServedTexts served = served(message -> {})) {
            template.convertAndSend("texts", "a", atOnce);
            served.drain(Duration.ofSeconds(10));
        }
        Thread later = Thread.ofVirtual().start(() -> template.convertAndSend("texts", "b", atOnce));
        await().until(() -> later.getState() == Thread.State.TIMED_WAITING);
        CountDownLatch arrived = new CountDownLatch(1);
        try (ServedTexts _ = served(message -> arrived.countDown())) {
            arrived.await();
            later.join();
        }
    }

    @Test
    void failingAtOnceIsToldFromABackOffThatStops() throws Exception {
        IpcSendOptions failFast = IpcSendOptions.DEFAULT.failFast(true);
        DestinationNotServedException atOnce = catchThrowableOfType(DestinationNotServedException.class,
                () -> template.convertAndSend("mispelt", "hello", failFast.sendTimeout(Duration.ZERO)));
        assertThat(atOnce.isAtOnce()).isTrue();
        assertThat(atOnce).hasMessageContaining("and nobody is known to have served it");

        template.setBackOff(new FixedBackOff(1, 1));
        try (ServedTexts served = new ServedTexts(directories.channels(), "others", message -> {})) {
            template.convertAndSend("others", "a");
            served.drain(Duration.ofSeconds(10));
        }
        DestinationNotServedException stopped = catchThrowableOfType(DestinationNotServedException.class,
                () -> template.convertAndSend("others", "b", failFast));
        assertThat(stopped.isAtOnce()).isFalse();
        assertThat(stopped).hasMessageContaining("(waited ");
    }

    @Test
    void failureOfTheListenerTellsItsClassItsCodeAndItsText() {
        try (ServedTexts _ = served(message -> message
                .fail(new RequestException(Reason.FAILED, "com.example.NoSuchFormat", "format", "no format x")))) {
            ListenerFailedException failure = catchThrowableOfType(ListenerFailedException.class,
                    () -> template.convertSendAndReceive("texts", "hello", String.class));

            assertThat(failure).hasMessage("The listener at \"texts\" failed: no format x");
            assertThat(failure.type()).isEqualTo("com.example.NoSuchFormat");
            assertThat(failure.code()).isEqualTo("format");
            assertThat(failure.text()).isEqualTo("no format x");
            assertThat(failure.destination()).isEqualTo("texts");
            assertThat(failure.getFailedMessage()).isNotNull().satisfies(
                    request -> assertThat(request.getPayload()).isEqualTo("hello"));
        }
    }

    @Test
    void textOfAFailureDoesNotRepeatItsClass() {
        assertThat(textOf(new IllegalStateException("no room"))).isEqualTo("no room");
        assertThat(textOf(new IllegalStateException("no room", new IllegalArgumentException("8 is too many"))))
                .isEqualTo("no room; caused by java.lang.IllegalArgumentException: 8 is too many");
        assertThat(textOf(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
        assertThat(textOf(new IllegalStateException("java.lang.IllegalStateException: no room")))
                .isEqualTo("java.lang.IllegalStateException: no room");
    }

    /** The text of a failure as a listener tells it. */
    private String textOf(RuntimeException thrown) {
        try (ServedTexts _ = served(
                message -> message.fail(RemoteFailure.of(thrown).exception(Reason.FAILED)))) {
            ListenerFailedException failure = catchThrowableOfType(ListenerFailedException.class,
                    () -> template.convertSendAndReceive("texts", "hello", String.class));
            assertThat(failure).hasMessageStartingWith("The listener at \"texts\" failed: " + failure.type());
            return failure.text();
        }
    }

    @Test
    void requestThatCannotBeReadIsToldFromAListenerThatFails() {
        try (ServedTexts _ = served(message -> message.fail(
                new RequestException(Reason.UNREADABLE, "x.Y", null, "Frame has no component \"height\"")))) {
            assertThatExceptionOfType(RequestUnreadableException.class)
                    .isThrownBy(() -> template.convertSendAndReceive("texts", "hello", String.class))
                    .withMessageContaining("\"texts\"").withMessageContaining("no component \"height\"");
        }
    }

    @Test
    void replyThatCannotBeReadAsTheTypeThatWasAskedForSaysSo() {
        try (ServedTexts _ = served(
                message -> message.reply("many", MessageType.of(String.class), SendOptions.DEFAULT))) {
            assertThatExceptionOfType(ReplyUnreadableException.class)
                    .isThrownBy(() -> template.convertSendAndReceive("texts", "how many", Integer.class))
                    .withMessageContaining("\"texts\"");
        }
    }

    @Test
    void requestOfAListenerThatIsStoppedIsNotHandled() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        try (ServedTexts served = served(message -> {
            begun.countDown();
            new CountDownLatch(1).await();
        })) {
            Thread stopping = Thread.ofVirtual().start(() -> {
                try {
                    begun.await();
                    served.drain(Duration.ZERO);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertThatExceptionOfType(RequestUnhandledException.class)
                    .isThrownBy(() -> template.convertSendAndReceive("texts", "hello", String.class))
                    .withMessageContaining("may be sent again");
            stopping.join();
        }
    }

    @Test
    void replyThatDoesNotComeInTimeIsGivenUp() {
        CountDownLatch answering = new CountDownLatch(1);
        try (ServedTexts _ = served(message -> {
            answering.await();
            message.reply(message.message(), MessageType.of(String.class), SendOptions.DEFAULT);
        })) {
            assertThatExceptionOfType(ReplyTimeoutException.class)
                    .isThrownBy(() -> template.convertSendAndReceive("texts", "a", String.class,
                            IpcSendOptions.DEFAULT.replyTimeout(Duration.ofMillis(20))))
                    .withMessage("The listener at \"texts\" did not reply within 20 ms.");
            answering.countDown();
            assertThat(template.convertSendAndReceive("texts", "b", String.class)).isEqualTo("b");
        }
    }

    @Test
    void listenerThatDoesNotKeepUpIsNamed() {
        CountDownLatch going = new CountDownLatch(1);
        try (ServedTexts _ = new ServedTexts(directories.channels(), "texts", new Credits(1, 1000, 10),
                message -> going.await())) {
            template.convertAndSend("texts", "first");
            assertThatExceptionOfType(MessageDeliveryException.class)
                    .isThrownBy(() -> template.convertAndSend("texts", "second", SHORTLY))
                    .withMessageContaining("what was sent before is not handled yet")
                    .withMessageContaining("(waited 50 ms)").withCauseInstanceOf(TimeoutException.class);
            assertThatExceptionOfType(MessageDeliveryException.class)
                    .isThrownBy(() -> template.convertSendAndReceive("texts", "third", String.class, SHORTLY))
                    .withMessageContaining("what was sent before is not handled yet");
            going.countDown();
            template.convertAndSend("texts", "fourth");
        }
    }

    @Test
    void interruptedThreadKeepsItsFlagAndIsToldThatTheRequestMayBeHandled() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        try (ServedTexts _ = served(message -> {
            begun.countDown();
            new CountDownLatch(1).await();
        })) {
            Thread waiting = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                try {
                    begun.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                waiting.interrupt();
            });
            assertThatExceptionOfType(MessagingException.class)
                    .isThrownBy(() -> template.convertSendAndReceive("texts", "hello", String.class))
                    .withMessageContaining("may still be handled").withCauseInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void namesThatNobodyHasServedAreForgotten() {
        assertThatIllegalArgumentException().isThrownBy(() -> template.convertAndSend("no/name", "hello"))
                .withMessageContaining("no/name");
        assertThatExceptionOfType(DestinationNotServedException.class)
                .isThrownBy(() -> template.convertAndSend("mispelt", "hello", SHORTLY));
        assertThat(template.destinations()).isEmpty();
        template.close();
        assertThatIllegalStateException().isThrownBy(() -> template.convertAndSend("texts", "hello"));
    }

    @Test
    void endpointWithoutANameIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new IpcListenerEndpoint(" ", String.class, _ -> null))
                .withMessageContaining("needs an id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IpcListenerEndpoint("id", "", String.class, _ -> null, null, null,
                        IpcListenerSettings.DEFAULT, DestinationKind.SINGLE))
                .withMessageContaining("\"id\" needs a destination");
    }

    @Test
    void optionsThatCannotBeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SHORTLY.maxAge(Duration.ofSeconds(-1)))
                .withMessageContaining("maxAge").withMessageContaining("PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> template.convertAndSend("texts", "hello",
                Map.of(IpcHeaders.SEND_TIMEOUT, "soon"))).withMessageContaining(IpcHeaders.SEND_TIMEOUT);
    }
}
