package io.resourcelink.boot.messaging.autoconfigure;

import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.test.tools.SourceFile;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.SendTo;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.InvalidListenerException;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListeners;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/** How listeners are declared, and what an application says that declares one in a way that cannot work. */
@Tag("slow")
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ListenerDeclarationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @ParameterizedTest
    @ValueSource(strings = { "one", "two", "three", "four", "five" })
    void aMethodMayListenToSeveralDestinations(String destination) {
        directories.messaging().withBean(Several.class)
                .run(context -> assertThat(
                        context.getBean(IpcTemplate.class).convertSendAndReceive(destination, "a", String.class))
                        .isEqualTo("A"));
    }

    @Test
    void attributesMayBeExpressions() {
        directories.messaging().withBean("names", Names.class).withBean(Expressions.class)
                .withPropertyValues("threads=2").run(context -> {
                    var listener = context.getBean(IpcListenerEndpointRegistry.class).find("the-id").orElseThrow();
                    assertThat(listener.endpoint().destination()).isEqualTo("frames");
                    assertThat(listener.settings().concurrency()).isEqualTo(4);
                    assertThat(listener.settings().autoStartup()).isFalse();
                });
    }

    @Test
    void theDestinationIsEvaluatedOnce() {
        directories.messaging().withBean("numbers", AtomicInteger.class).withBean(Numbered.class).run(context -> {
            var listener = context.getBean(IpcListenerEndpointRegistry.class).find("frames-1").orElseThrow();
            assertThat(listener.endpoint().destination()).isEqualTo("frames-1");
            assertThat(context.getBean("numbers", AtomicInteger.class)).hasValue(1);
        });
    }

    static class Numbered {

        @IpcListener(value = "frames-#{@numbers.incrementAndGet()}", onFailure = "failed")
        void handle(String text) {}
    }

    @Test
    void methodsAreCalledThroughProxies() {
        directories.messaging().withBean(Listener.class, () -> proxy(new Listener(), true)).run(context -> assertThat(
                context.getBean(IpcTemplate.class).convertSendAndReceive("proxied", "a", String.class))
                .isEqualTo("[a]"));
        directories.messaging().withBean(Named.class, () -> proxy(new Implementation(), false))
                .run(context -> assertThat(
                        context.getBean(IpcTemplate.class).convertSendAndReceive("named", "a", String.class))
                        .isEqualTo("[a]"));
    }

    @Test
    void aProxyWithoutTheMethodIsRefused() {
        directories.messaging().withBean(Runnable.class, () -> proxy(new Listener(), false))
                .run(context -> assertThat(context).getFailure().isInstanceOf(InvalidListenerException.class)
                        .hasMessageContaining(Listener.class.getName() + ".listen(String)")
                        .hasMessageContaining("not found in any interface"));
    }

    @SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" }) // A proxy has the type that the test wants.
    private static <T> T proxy(Object target, boolean classes) {
        ProxyFactory factory = new ProxyFactory(target);
        factory.setProxyTargetClass(classes);
        factory.addAdvice((MethodInterceptor) call -> "[" + call.proceed() + "]");
        return (T) factory.getProxy();
    }

    @Test
    void suspendFunctionsAreRefused() {
        TestCompiler.forSystem().withSources(
                SourceFile.of("package kotlin.coroutines; public interface Continuation<T> {}"), SourceFile.of("""
                        public class Suspended {
                            @io.resourcelink.boot.messaging.IpcListener("suspended")
                            public Object listen(String text, kotlin.coroutines.Continuation<? super String> rest) {
                                return text;
                            }
                        }
                        """))
                .compile(compiled -> directories.messaging()
                        .withBean("suspended", Object.class, () -> compiled.getInstance(Object.class, "Suspended"))
                        .run(context -> assertThat(context).getFailure().isInstanceOf(InvalidListenerException.class)
                                .hasMessageContaining("Suspended.listen(String, Continuation) is a suspend function")));
    }

    @ParameterizedTest
    @ValueSource(classes = { EmptySendTo.class, MissingHandler.class, WrongHandler.class })
    void whatIsMissingIsNamedWithItsListener(Class<?> listener) {
        directories.messaging().withBean("names", Names.class).withBean(listener).withPropertyValues("empty=")
                .run(context -> assertThat(context).getFailure().isInstanceOf(InvalidListenerException.class)
                        .hasMessageContaining(listener.getName() + ".listen(String)"));
    }

    @Test
    void twoListenersOfADestinationAreNamed(CapturedOutput output) {
        startFails(Application.class, First.class, Second.class);
        assertThat(output).contains("APPLICATION FAILED TO START", "Destination \"frames\" has a listener already: ",
                First.class.getName() + ".detect(String)", Second.class.getName() + ".count(Integer)",
                "Remove one of them, or give it another destination.");
    }

    @Test
    void twoListenersOfAnIdAreNamed(CapturedOutput output) {
        startFails(Application.class, SameId.class);
        assertThat(output).contains("APPLICATION FAILED TO START", "Id \"same\" belongs to a listener already: ",
                ".a(String)", ".b(String)");
    }

    @Test
    void parametersOfDifferentTypesAreNamed(CapturedOutput output) {
        startFails(Application.class, TwoPayloads.class);
        assertThat(output).contains("APPLICATION FAILED TO START",
                "The parameters of the listener " + TwoPayloads.class.getName() + ".two(String, Integer) have different"
                        + " payload types: [java.lang.String, java.lang.Integer].",
                "add @Header or @Headers to the others");
    }

    @Test
    void aWrongDestinationIsNamedWithItsMethod(CapturedOutput output) {
        startFails(Application.class, WrongName.class);
        assertThat(output).contains("APPLICATION FAILED TO START", WrongName.class.getName() + ".listen(String)",
                "no/name");
    }

    @ParameterizedTest
    @ValueSource(classes = { StreamPayload.class, StreamMessage.class })
    void aTypeThatCannotBeAMessageIsNamedWithItsMethod(Class<?> listener, CapturedOutput output) {
        startFails(Application.class, listener);
        assertThat(output).contains("APPLICATION FAILED TO START",
                "The listener " + listener.getName() + ".listen(", "java.io.InputStream", "cannot start",
                "Declare a parameter of a type that a message can have: a record, a bean, a collection, a text, a number"
                        + " or byte[].");
    }

    @Test
    void aWildcardIsReadAsItsBound() {
        directories.messaging().withBean(Wildcards.class).run(context -> {
            IpcTemplate template = context.getBean(IpcTemplate.class);
            assertThat(template.convertSendAndReceive("bounded", new Point(1, 2), String.class))
                    .isEqualTo(new Point(1, 2).toString());
            assertThat(template.convertSendAndReceive("anything", "text", String.class)).isEqualTo("text");
            assertThat(template.convertSendAndReceive("list", List.of("a"), String.class)).isEqualTo("[a]");
        });
    }

    private void startFails(Class<?>... sources) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(sources).web(WebApplicationType.NONE)
                .registerShutdownHook(false).properties(directories.properties());
        assertThatException().isThrownBy(application::run);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    static class Several {

        @IpcListener("one")
        @IpcListener("two")
        @Third
        String repeated(String text) {
            return text.toUpperCase(Locale.ROOT);
        }

        @IpcListeners({ @IpcListener("four"), @IpcListener("five") })
        String contained(String text) {
            return text.toUpperCase(Locale.ROOT);
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @IpcListener("three")
    @interface Third {
    }

    static class Names {

        public String frames() {
            return "frames";
        }
    }

    static class Expressions {

        @IpcListener(destination = "#{@names.frames()}", id = "#{'the-' + 'id'}", concurrency = "#{${threads} * 2}", autoStartup = "#{1 > 2}")
        void listen(String text) {}
    }

    static class Listener implements Runnable {

        @IpcListener("proxied")
        String listen(String text) {
            return text;
        }

        @Override
        public void run() {}
    }

    interface Named {

        @IpcListener("named")
        String listen(String text);
    }

    static class Implementation implements Named {

        @Override
        public String listen(String text) {
            return text;
        }
    }

    static class First {

        @IpcListener("frames")
        void detect(String text) {}
    }

    static class Second {

        @IpcListener("frames")
        void count(Integer number) {}
    }

    static class SameId {

        @IpcListener(destination = "a", id = "same")
        void a(String text) {}

        @IpcListener(destination = "b", id = "same")
        void b(String text) {}
    }

    static class TwoPayloads {

        @IpcListener("two")
        void two(String text, Integer number) {}
    }

    static class EmptySendTo {

        @IpcListener("frames")
        @SendTo("${empty}")
        String listen(String text) {
            return text;
        }
    }

    static class MissingHandler {

        @IpcListener(destination = "frames", errorHandler = "missing")
        void listen(String text) {}
    }

    static class WrongHandler {

        @IpcListener(destination = "frames", errorHandler = "names")
        void listen(String text) {}
    }

    static class WrongName {

        @IpcListener("no/name")
        void listen(String text) {}
    }

    static class StreamPayload {

        @IpcListener("streams")
        void listen(InputStream stream) {}
    }

    static class StreamMessage {

        @IpcListener("streams")
        void listen(Message<? extends InputStream> message) {}
    }

    record Point(int x, int y) {}

    static class Wildcards {

        @IpcListener("bounded")
        String bounded(Message<? extends Point> message) {
            return message.getPayload().toString();
        }

        @IpcListener("anything")
        String anything(Message<?> message) {
            return message.getPayload().toString();
        }

        @IpcListener("list")
        String list(List<?> texts) {
            return texts.toString();
        }
    }
}
