package io.resourcelink.boot.messaging.autoconfigure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.unit.DataSize;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcHandler;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListenerErrorHandler;
import io.resourcelink.boot.messaging.IpcListenerSettings;
import io.resourcelink.boot.messaging.IpcMessageRecoverer;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** Placeholders and expressions in each attribute of {@link IpcListener}, on methods, on classes and in composed annotations. */
@Tag("slow")
@Timeout(60)
class ListenerAttributesTest {

    private static final String SAID = "a-destination";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    /** What a listener was told of. */
    static class Told implements IpcListenerErrorHandler, IpcMessageRecoverer {

        final BlockingQueue<String> of = new LinkedBlockingQueue<>();

        @Override
        public Object handleError(Message<?> message, Exception failure) throws Exception {
            if (message.getPayload().equals("fatal")) {
                throw failure;
            }
            return "error: " + failure.getMessage();
        }

        @Override
        public void recover(Message<?> message, Throwable failure) {
            of.add("recovered: " + message.getPayload());
        }

        @IpcListener("a-target")
        void target(String text) {
            of.add("sent: " + text);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = { Placeholders.class, Expressions.class, OnClass.class, ComposedOnMethod.class,
        ComposedOnClass.class })
    void eachAttributeIsResolved(Class<?> listening) {
        directories.messaging().withBean("listening", listening).withBean("told", Told.class)
                .withPropertyValues("a.id=an-id", "a.destination=a-destination", "a.number=2", "a.size=64MB",
                        "a.age=2m",
                        "a.truth=true", "a.bean=told", "a.target=a-target")
                .run(context -> {
                    var listener = context.getBean(IpcListenerEndpointRegistry.class).find("an-id").orElseThrow();
                    assertThat(listener.endpoint().destination()).isEqualTo(SAID);
                    assertThat(listener.settings()).isEqualTo(new IpcListenerSettings(true, 2, 2,
                            DataSize.ofMegabytes(64), Duration.ofMinutes(2), false));
                    IpcTemplate template = context.getBean(IpcTemplate.class);
                    assertThat(template.convertSendAndReceive(SAID, "bad", String.class)).isEqualTo("error: bad");
                    BlockingQueue<String> told = context.getBean(Told.class).of;
                    template.convertAndSend(SAID, "fatal");
                    assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("recovered: fatal");
                    template.convertAndSend(SAID, "good");
                    assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("sent: good");
                });
    }

    private static String listen(String text) {
        if (!text.equals("good")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    static class Placeholders {

        @IpcListener(id = "${a.id}", destination = "${a.destination}", concurrency = "${a.number}", prefetch = "${a.number}", prefetchSize = "${a.size}", maxAge = "${a.age}", autoStartup = "${a.truth}", errorHandler = "${a.bean}", onFailure = "${a.bean}")
        @SendTo("${a.target}")
        String hear(String text) {
            return listen(text);
        }
    }

    static class Expressions {

        @IpcListener(id = "#{'an-' + 'id'}", destination = "#{'${a.destination}'}", concurrency = "#{1 + 1}", prefetch = "#{${a.number}}", prefetchSize = "#{32 * 2}MB", maxAge = "#{T(java.time.Duration).ofMinutes(2)}", autoStartup = "#{1 < 2}", errorHandler = "#{@listening.told()}", onFailure = "#{'to' + 'ld'}")
        @SendTo("#{'a-' + 'target'}")
        String hear(String text) {
            return listen(text);
        }

        public String told() {
            return "told";
        }
    }

    @IpcListener(id = "${a.id}", destination = "#{'a-' + 'destination'}", concurrency = "#{1 + 1}", prefetch = "${a.number}", prefetchSize = "#{32 * 2}MB", maxAge = "${a.age}", autoStartup = "#{1 < 2}", errorHandler = "${a.bean}", onFailure = "#{'to' + 'ld'}")
    @SendTo("#{'a-' + 'target'}")
    static class OnClass {

        @IpcHandler
        String hear(String text) {
            return listen(text);
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @IpcListener(id = "${a.id}", concurrency = "2", prefetch = "#{2}", prefetchSize = "${a.size}", maxAge = "120s", errorHandler = "${a.bean}")
    @SendTo
    @interface Composed {

        @AliasFor(annotation = IpcListener.class, attribute = "value")
        String from();

        @AliasFor(annotation = IpcListener.class)
        String onFailure();

        @AliasFor(annotation = SendTo.class, attribute = "value")
        String[] to();
    }

    static class ComposedOnMethod {

        @Composed(from = "${a.destination}", onFailure = "${a.bean}", to = "${a.target}")
        String hear(String text) {
            return listen(text);
        }
    }

    @Composed(from = "${a.destination}", onFailure = "#{'told'}", to = "#{'a-target'}")
    static class ComposedOnClass {

        @IpcHandler
        String hear(String text) {
            return listen(text);
        }
    }
}
