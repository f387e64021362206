package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.SendTo;

import io.resourcelink.boot.messaging.IpcHandler;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcListenerErrorHandler;
import io.resourcelink.boot.messaging.IpcMessageRecoverer;
import io.resourcelink.boot.messaging.ListenerFailedException;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Circle;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Shape;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Square;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Triangle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Classes with {@link IpcListener}, whose handlers take different payloads: which handler gets a message, and what becomes of it. */
@Tag("slow")
@Timeout(60)
class ClassListenerTest extends ClassListenerFixture {

    @Test
    void aPayloadGoesToTheMostSpecificHandler() {
        runner().withBean(Drawing.class).run(context -> {
            assertThat(ask(context, "shapes", new Circle(2))).isEqualTo("circle 2");
            assertThat(ask(context, "shapes", new Square(3))).isEqualTo("square 3");
            assertThat(ask(context, "shapes", new Triangle(4))).isEqualTo("other Triangle");
            var endpoint = context.getBean(IpcListenerEndpointRegistry.class).find("shapes").orElseThrow().endpoint();
            assertThat(endpoint.payloadType()).isEqualTo(Shape.class);
        });
    }

    @Test
    void theDefaultHandlerMaySayTheCommonType() {
        runner().withBean(OneAndAll.class).run(context -> {
            assertThat(ask(context, "one-and-all", new Circle(2))).isEqualTo("circle");
            assertThat(ask(context, "one-and-all", new Triangle(4))).isEqualTo("shape 4");
        });
    }

    @IpcListener("one-and-all")
    static class OneAndAll {

        @IpcHandler
        String circle(Circle circle) {
            return "circle";
        }

        @IpcHandler(isDefault = true)
        String shape(Shape shape) {
            return "shape " + shape.size();
        }
    }

    @Test
    void theCommonTypeMayBeAClassWithNamedSubtypes() {
        runner().withBean(Zoo.class).run(context -> {
            Dog dog = new Dog();
            dog.setName("Rex");
            assertThat(ask(context, "zoo", dog)).isEqualTo("dog Rex");
            Animal animal = new Animal();
            animal.setName("Tweety");
            assertThat(ask(context, "zoo", animal)).isEqualTo("animal Tweety");
        });
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({ @JsonSubTypes.Type(value = Animal.class, name = "a"),
        @JsonSubTypes.Type(value = Dog.class, name = "d") })
    static class Animal {

        private String name = "";

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }
    }

    static final class Dog extends Animal {}

    @IpcListener("zoo")
    static class Zoo {

        @IpcHandler
        String animal(Animal animal) {
            return "animal " + animal.getName();
        }

        @IpcHandler
        String dog(Dog dog) {
            return "dog " + dog.getName();
        }
    }

    @Test
    void theOnlyHandlerTakesAnyType() {
        runner().withBean(Only.class)
                .run(context -> assertThat(ask(context, "only", List.of(new Circle(2), new Circle(3)))).isEqualTo("5"));
    }

    @IpcListener("only")
    static class Only {

        @IpcHandler
        String sum(List<Circle> circles) {
            return String.valueOf(circles.stream().mapToInt(Circle::size).sum());
        }
    }

    @Test
    void aPayloadWithoutHandlerFailsOnce() {
        runner().withBean(Round.class).withBean("rescue", Rescue.class)
                .withPropertyValues("ipc.messaging.listener.retry.enabled=true",
                        "ipc.messaging.listener.retry.delay=1h")
                .run(context -> {
                    assertThatExceptionOfType(ListenerFailedException.class)
                            .isThrownBy(() -> ask(context, "round", new Triangle(1)))
                            .satisfies(failure -> assertThat(failure.type())
                                    .isEqualTo(MessageConversionException.class.getName()))
                            .withMessageContaining(
                                    "A message to \"round\" has a payload of class " + Triangle.class.getName()
                                            + ", for which there is no handler, and no default handler: [")
                            .withMessageContaining(Round.class.getName() + ".circle(Circle)")
                            .withMessageContaining(Round.class.getName() + ".square(Square)");
                    Message<?> rescued = context.getBean(Rescue.class).taken.poll(10, TimeUnit.SECONDS);
                    assertThat(rescued).isNotNull();
                    assertThat(rescued.getPayload()).isEqualTo(new Triangle(1));
                    assertThat(ask(context, "round", new Circle(1))).isEqualTo("circle");
                });
    }

    @IpcListener(destination = "round", onFailure = "rescue")
    static class Round {

        @IpcHandler
        String circle(Circle circle) {
            return "circle";
        }

        @IpcHandler
        String square(Square square) {
            return "square";
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
    void aPayloadForTwoHandlersGoesToTheDefaultOne() {
        runner().withBean(Equally.class).withBean(Torn.class).run(context -> {
            assertThatExceptionOfType(ListenerFailedException.class)
                    .isThrownBy(() -> ask(context, "torn", new Triangle(1)))
                    .withMessageContaining("for which there are several handlers, and no default handler: [");
            assertThat(ask(context, "equally", new Triangle(1))).isEqualTo("default");
        });
    }

    @IpcListener("torn")
    static class Torn {

        @IpcHandler
        String angular(Shapes.Angular angular) {
            return "angular";
        }

        @IpcHandler
        String pointed(Shapes.Pointed pointed) {
            return "pointed";
        }
    }

    @IpcListener("equally")
    static class Equally {

        @IpcHandler
        String angular(Shapes.Angular angular) {
            return "angular";
        }

        @IpcHandler
        String pointed(Shapes.Pointed pointed) {
            return "pointed";
        }

        @IpcHandler(isDefault = true)
        String other(Object shape) {
            return "default";
        }
    }

    @Test
    void theErrorHandlerIsToldOfAllFailures() {
        runner().withBean(Fragile.class)
                .withBean("saving", IpcListenerErrorHandler.class,
                        () -> (message, failure) -> "saved: " + failure.getMessage())
                .run(context -> {
                    assertThat(ask(context, "fragile", new Circle(1))).isEqualTo("saved: broken circle");
                    assertThat(ask(context, "fragile", new Triangle(1))).startsWith("saved: A message to \"fragile\"");
                });
    }

    @IpcListener(destination = "fragile", errorHandler = "saving")
    static class Fragile {

        @IpcHandler
        String circle(Circle circle) {
            throw new IllegalStateException("broken circle");
        }

        @IpcHandler
        String square(Square square) {
            throw new IllegalStateException("broken square");
        }
    }

    @Test
    void failedHandlersAreCalledAgain() {
        runner().withBean(Moody.class).withPropertyValues("ipc.messaging.listener.retry.enabled=true",
                "ipc.messaging.listener.retry.delay=1ms").run(context -> {
                    assertThat(ask(context, "moody", new Circle(1))).isEqualTo("3");
                    var listener = context.getBean(IpcListenerEndpointRegistry.class).find("moods").orElseThrow();
                    assertThat(listener.settings().concurrency()).isEqualTo(2);
                    assertThat(listener.settings().maxAge()).isEqualTo(Duration.ofMinutes(1));
                });
    }

    @IpcListener(id = "moods", destination = "moody", concurrency = "2", maxAge = "1m")
    static class Moody {

        private final AtomicInteger calls = new AtomicInteger();

        @IpcHandler
        String circle(Circle circle) {
            if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
            return calls.toString();
        }

        @IpcHandler
        void square(Square square) {}
    }

    @Test
    void eachHandlerSaysWhereItsResultGoes() {
        runner().withBean(Forwarding.class).withBean(Texts.class).run(context -> {
            template(context).convertAndSend("forwarding", new Circle(1));
            assertThat(context.getBean(Texts.class).received.poll(10, TimeUnit.SECONDS)).isEqualTo("circles: 1");
            template(context).convertAndSend("forwarding", new Square(2));
            assertThat(context.getBean(Texts.class).received.poll(10, TimeUnit.SECONDS)).isEqualTo("shapes: 2");
            assertThat(ask(context, "forwarding", new Circle(3))).isEqualTo("3");
        });
    }

    @IpcListener("forwarding")
    @SendTo("texts.shapes")
    static class Forwarding {

        @IpcHandler
        @SendTo("texts.circles")
        String circle(Circle circle) {
            return String.valueOf(circle.size());
        }

        @IpcHandler
        String square(Square square) {
            return String.valueOf(square.size());
        }
    }

    static class Texts {

        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @IpcListener("texts.circles")
        void circles(String text) {
            received.add("circles: " + text);
        }

        @IpcListener("texts.shapes")
        void shapes(String text) {
            received.add("shapes: " + text);
        }
    }
}
