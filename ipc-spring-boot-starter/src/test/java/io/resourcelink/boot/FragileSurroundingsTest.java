package io.resourcelink.boot;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.ErrorHandler;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerFailedException;
import io.resourcelink.boot.messaging.ListenerState;
import io.resourcelink.channel.Channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Listeners whose validator, next destination or logger throws anything: it costs that message, and the next one is handled. */
@Tag("slow")
@Timeout(60)
class FragileSurroundingsTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> sunk = new LinkedBlockingQueue<>();

    static Stream<Function<String, Throwable>> throwables() {
        return Stream.of(IllegalStateException::new, InterruptedException::new, Exception::new, AssertionError::new,
                NoClassDefFoundError::new, OutOfMemoryError::new, StackOverflowError::new, Throwable::new);
    }

    private ApplicationContextRunner runner() {
        return directories.messaging()
                .withPropertyValues("ipc.messaging.template.send-timeout=300ms",
                        "ipc.messaging.listener.reply-timeout=300ms")
                .withBean("ipcErrorHandler", ErrorHandler.class, () -> failures::add);
    }

    private static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    private static IpcListenerContainer listener(ApplicationContext context, String id) {
        return context.getBean(IpcListenerEndpointRegistry.class).find(id).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void validatorThatThrowsCostsItsMessage(Function<String, Throwable> throwable) {
        Picky picky = new Picky(throwable);
        runner().withBean(Validator.class, () -> picky).withBean(Checked.class).run(context -> {
            assertThatExceptionOfType(ListenerFailedException.class)
                    .isThrownBy(() -> template(context).convertSendAndReceive("checked", "bad", String.class))
                    .withMessageContaining("thrown by a validator");
            assertThat(failures.take()).isNotNull();
            assertThat(template(context).convertSendAndReceive("checked", "good", String.class)).isEqualTo("good");
            assertThat(listener(context, "checked").state()).isEqualTo(ListenerState.SERVING);
            assertThat(listener(context, "checked").threads()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void resultThatCannotBeSentOnCostsItsMessage(Function<String, Throwable> throwable) {
        runner().withBean(Forwarding.class, () -> new Forwarding(throwable, sunk)).run(context -> {
            template(context).convertAndSend("nowhere", "lost");
            assertThat(failures.take()).hasMessageContaining("nobody");
            template(context).convertAndSend("forward", "bad");
            assertThat(failures.take()).isNotNull();
            template(context).convertAndSend("forward", "good");
            assertThat(sunk.take()).isEqualTo("good");
            assertThat(template(context).convertSendAndReceive("nowhere", "asked", String.class)).isEqualTo("asked");
            for (String id : new String[]{ "nowhere", "forward", "sink" }) {
                assertThat(listener(context, id).state()).as(id).isEqualTo(ListenerState.SERVING);
                assertThat(listener(context, id).threads()).as(id).isEqualTo(1);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void loggerThatThrowsEndsNothing(Function<String, Throwable> throwable) {
        LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
        Broken broken = new Broken(throwable);
        logging.addTurboFilter(broken);
        try {
            runner().withBean(Checked.class).run(serving -> runner().withBean(Checked.class).run(standing -> {
                IpcListenerContainer next = listener(standing, "checked");
                assertThat(next.state()).isEqualTo(ListenerState.STANDBY);
                serving.getBean(Channel.class).close();
                await().until(next::isServing);
                await().until(() -> listener(serving, "checked").state() == ListenerState.FAILED);
                assertThat(template(standing).convertSendAndReceive("checked", "good", String.class)).isEqualTo("good");
                assertThat(next.threads()).isEqualTo(1);
                next.stop();
                next.start();
                assertThat(template(standing).convertSendAndReceive("checked", "again", String.class))
                        .isEqualTo("again");
            }));
        } finally {
            logging.getTurboFilterList().remove(broken);
        }
        assertThat(broken.entries).hasSizeGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void observerThatThrowsDoesNotKeepAListenerFromStarting(Function<String, Throwable> throwable) {
        runner().run(context -> {
            IpcListenerEndpointRegistry registry = context.getBean(IpcListenerEndpointRegistry.class);
            registry.forEach(
                    _ -> FragileSurroundingsTest.<RuntimeException>sneak(throwable.apply("thrown by an observer")),
                    _ -> {});
            registry.register(new IpcListenerEndpoint("late", String.class, Message::getPayload));
            assertThat(template(context).convertSendAndReceive("late", "good", String.class)).isEqualTo("good");
        });
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    static class Checked {

        @IpcListener("checked")
        String check(@Validated @Payload String text) {
            return text;
        }
    }

    static class Forwarding {

        private final Function<String, Throwable> throwable;
        private final BlockingQueue<String> sunk;

        Forwarding(Function<String, Throwable> throwable, BlockingQueue<String> sunk) {
            this.throwable = throwable;
            this.sunk = sunk;
        }

        @IpcListener("nowhere")
        @SendTo("nobody")
        String pass(String text) {
            return text;
        }

        @IpcListener("forward")
        @SendTo("sink")
        Object forward(String text) {
            return text.equals("bad") ? new Unwritable(throwable) : text;
        }

        @IpcListener("sink")
        void sink(String text) {
            sunk.add(text);
        }
    }

    /** Throws while it is written. */
    static final class Unwritable {

        private final Function<String, Throwable> throwable;

        Unwritable(Function<String, Throwable> throwable) {
            this.throwable = throwable;
        }

        public String getText() {
            FragileSurroundingsTest.<RuntimeException>sneak(throwable.apply("thrown by a result"));
            return "never";
        }
    }

    record Picky(Function<String, Throwable> throwable) implements Validator {

        @Override
        public boolean supports(Class<?> type) {
            return true;
        }

        @Override
        public void validate(Object target, Errors errors) {
            if (target.equals("bad")) {
                FragileSurroundingsTest.<RuntimeException>sneak(throwable.apply("thrown by a validator"));
            }
        }
    }

    /** Throws at each entry of the starter. Spring asks for levels below, by the same names, while a context starts. */
    static final class Broken extends TurboFilter {

        final BlockingQueue<String> entries = new LinkedBlockingQueue<>();
        private final Function<String, Throwable> throwable;

        Broken(Function<String, Throwable> throwable) {
            this.throwable = throwable;
        }

        @Override
        public FilterReply decide(@Nullable Marker marker, Logger logger, Level level, @Nullable String format,
                Object @Nullable [] parameters, @Nullable Throwable failure) {
            if (logger.getName().startsWith("io.resourcelink.boot.") && level.isGreaterOrEqual(Level.INFO)) {
                entries.add(String.valueOf(format));
                FragileSurroundingsTest.<RuntimeException>sneak(throwable.apply("thrown by a logger"));
            }
            return FilterReply.NEUTRAL;
        }
    }
}
