package io.resourcelink.boot.messaging.autoconfigure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.CompletableFuture;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.AliasFor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import io.resourcelink.boot.messaging.InvalidListenerException;
import io.resourcelink.boot.messaging.IpcHandler;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Circle;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Square;

import static org.assertj.core.api.Assertions.assertThat;

/** How classes with {@link IpcListener} are declared, and which beans of them listen. */
@Tag("slow")
@Timeout(60)
class ClassListenerBeansTest extends ClassListenerFixture {

    @ParameterizedTest
    @ValueSource(strings = { "first", "second", "third", "own" })
    void aClassMayListenToSeveralDestinationsAndHaveListeningMethods(String destination) {
        runner().withBean(Repeated.class)
                .run(context -> assertThat(ask(context, destination, new Circle(1))).isEqualTo("circle"));
    }

    @IpcListener("first")
    @IpcListener("second")
    @ToShapes(to = "third")
    static class Repeated {

        @IpcHandler
        @IpcListener("own")
        String circle(Circle circle) {
            return "circle";
        }

        @Otherwise
        String other(Object other) {
            return "other";
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @IpcListener
    @interface ToShapes {

        @AliasFor(annotation = IpcListener.class, attribute = "destination")
        String to();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @IpcHandler(isDefault = true)
    @interface Otherwise {
    }

    @Test
    void theAnnotationOfASuperclassCounts() {
        runner().withBean(Inherited.class)
                .run(context -> assertThat(ask(context, "shapes", new Square(3))).isEqualTo("square 3"));
    }

    static class Inherited extends Drawing {}

    @Test
    void handlersAreCalledThroughProxies() {
        runner().withBean(Drawing.class, () -> proxy(new Drawing(), true)).run(
                context -> assertThat(ask(context, "shapes", new Circle(2))).isEqualTo("[circle 2]"));
        runner().withBean(Handling.class, () -> proxy(new Implementation(), false)).run(
                context -> assertThat(ask(context, "implemented", new Circle(2))).isEqualTo("[implemented]"));
    }

    interface Handling {

        @IpcHandler
        String circle(Circle circle);

        @IpcHandler
        String square(Square square);
    }

    @IpcListener("implemented")
    static class Implementation implements Handling {

        @Override
        public String circle(Circle circle) {
            return "implemented";
        }

        @Override
        public String square(Square square) {
            return "implemented";
        }
    }

    @SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" }) // A proxy has the type that the test wants.
    private static <T> T proxy(Object target, boolean classes) {
        ProxyFactory factory = new ProxyFactory(target);
        factory.setProxyTargetClass(classes);
        factory.addAdvice((MethodInterceptor) call -> "[" + call.proceed() + "]");
        return (T) factory.getProxy();
    }

    @Test
    void asynchronousHandlersAreAwaited() {
        runner().withUserConfiguration(Asynchronous.class).withBean(Late.class).run(context -> {
            assertThat(ask(context, "late", new Circle(1))).isEqualTo("late circle");
            assertThat(ask(context, "late", new Square(1))).isEqualTo("square");
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync(proxyTargetClass = true)
    static class Asynchronous {}

    @IpcListener("late")
    static class Late {

        @IpcHandler
        @Async
        CompletableFuture<String> circle(Circle circle) {
            return CompletableFuture.completedFuture("late circle");
        }

        @IpcHandler
        String square(Square square) {
            return "square";
        }
    }

    @Test
    void aPrototypeNeedsAProxy() {
        runner().withUserConfiguration(Prototype.class).run(context -> assertThat(context).getFailure()
                .isInstanceOf(InvalidListenerException.class)
                .hasMessageContaining("Bean \"drawing\" has @IpcListener and scope \"prototype\""));
        runner().withUserConfiguration(PrototypeProxy.class)
                .run(context -> assertThat(ask(context, "shapes", new Circle(2))).isEqualTo("circle 2"));
    }

    @Test
    void furtherObjectsOfAClassAreIgnored() {
        runner().run(context -> {
            context.getAutowireCapableBeanFactory().createBean(Drawing.class);
            context.getAutowireCapableBeanFactory().createBean(Drawing.class);
            assertThat(ask(context, "shapes", new Circle(2))).isEqualTo("circle 2");
        });
    }

    @Test
    void classesThatListenAreNotLazyIfAllBeansAre() {
        runner().withUserConfiguration(Plain.class)
                .withInitializer(context -> context
                        .addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(ask(context, "shapes", new Circle(2))).isEqualTo("circle 2"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {

        @Bean
        Drawing drawing() {
            return new Drawing();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Prototype {

        @Bean
        @Scope("prototype")
        Drawing drawing() {
            return new Drawing();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeProxy {

        @Bean
        @Scope(value = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Drawing drawing() {
            return new Drawing();
        }
    }
}
