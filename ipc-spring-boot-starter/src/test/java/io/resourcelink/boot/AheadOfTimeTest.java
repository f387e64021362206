package io.resourcelink.boot;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.scheduling.config.ScheduledTaskHolder;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.autoconfigure.IpcProperties;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelProperties;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.boot.messaging.IpcHandler;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** Ahead-of-time processing of an application with this starter. */
@Tag("slow")
class AheadOfTimeTest {

    private static final String COLLECTION = "io.resourcelink.boot.collector.autoconfigure.OrphanCollection";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final TestGenerationContext generation = new TestGenerationContext(Application.class);

    @Test
    @CompileWithForkedClassLoader
    void generatedCodeMakesAContextInWhichLinksAreMadeAndMessagesArrive() {
        refreshed(context -> {
            try (ResourceLink link = context.getBean(ResourceLinkFactory.class).create("frame", 4)) {
                link.writePayload(new byte[]{ 1, 2, 3, 4 });
                Box box = context.getBean(IpcTemplate.class).convertSendAndReceive("frames",
                        new Frame(link, List.of(7)),
                        Box.class);
                assertThat(box).isEqualTo(new Box(4, 7));
            }
            assertThat(context.getBean(IpcTemplate.class).convertSendAndReceive("orders", new Buy(3), String.class))
                    .isEqualTo("bought 3");
            context.getBean(IpcTemplate.class).convertAndSend("notes", new Note("hello"));
            assertThat(context.getBean(Notes.class).received.poll(10, TimeUnit.SECONDS)).isEqualTo(new Note("hello"));
            assertThat(context.getBean(OrphanCollector.class).status().lastFailure()).isNull();
            assertThat(context.getBean(ScheduledTaskHolder.class).getScheduledTasks()).hasSize(1);
        });
        assertThat(generation.getGeneratedFiles().getGeneratedFiles(Kind.SOURCE).keySet())
                .anyMatch(name -> name.endsWith("IpcAutoConfiguration__BeanDefinitions.java"))
                .anyMatch(name -> name.endsWith("IpcMessagingAutoConfiguration__BeanDefinitions.java"))
                .anyMatch(name -> name.endsWith("OrphanCollectorAutoConfiguration__BeanDefinitions.java"));
    }

    @Test
    void whatIsReachedByReflectionStaysReachable() throws Exception {
        process();
        RuntimeHints hints = generation.getRuntimeHints();

        assertThat(RuntimeHintsPredicates.reflection()
                .onMethodInvocation(Class.forName(COLLECTION).getDeclaredMethod("collect"))).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(IpcProperties.Gc.class)).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(IpcChannelProperties.Credits.class)).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                .onMethodInvocation(Detector.class.getDeclaredMethod("detect", Frame.class))).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Keeper.class, "keep")).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                .onMethodInvocation(Orders.class.getDeclaredMethod("buy", Buy.class))).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(Order.class)).accepts(hints);
        assertThat(RuntimeHintsPredicates.proxies().forInterfaces(IpcListener.class)).accepts(hints);
        assertThat(List.of(Frame.class, Box.class, Note.class, Buy.class, Sell.class, Hold.class))
                .allSatisfy(payload -> assertBound(hints, payload));
    }

    /** As Jackson needs it: the constructor, and the accessor of each component. */
    private static void assertBound(RuntimeHints hints, Class<?> payload) {
        assertThat(payload.getDeclaredConstructors()).allSatisfy(constructor -> assertThat(
                RuntimeHintsPredicates.reflection().onConstructorInvocation(constructor)).accepts(hints));
        assertThat(payload.getRecordComponents()).allSatisfy(component -> {
            Method accessor = component.getAccessor();
            assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(accessor)).accepts(hints);
        });
    }

    private void process() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            TestPropertyValues.of(directories.properties()).applyTo(context);
            context.register(Application.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
            generation.writeGeneratedContent();
        }
    }

    @SuppressWarnings("unchecked")
    private void refreshed(ContextConsumer test) {
        process();
        TestCompiler.forSystem().with(generation).compile(compiled -> {
            try (GenericApplicationContext context = new GenericApplicationContext()) {
                TestPropertyValues.of(directories.properties()).applyTo(context);
                compiled.getInstance(ApplicationContextInitializer.class).initialize(context);
                context.refresh();
                test.accept(context);
            } catch (Exception e) {
                throw new AssertionError("The generated context does not work.", e);
            }
        });
    }

    private interface ContextConsumer {

        void accept(GenericApplicationContext context) throws Exception;
    }

    record Frame(ResourceLink pixels, List<Integer> marks) {}

    record Box(int size, int mark) {}

    record Note(String text) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Detector detector() {
            return new Detector();
        }

        @Bean
        Notes notes() {
            return new Notes();
        }

        @Bean
        Orders orders() {
            return new Orders();
        }
    }

    static class Detector {

        @IpcListener("frames")
        Box detect(Frame frame) {
            return new Box((int) frame.pixels().payloadSize(), frame.marks().getFirst());
        }
    }

    /**
     * Says nothing of what it takes.
     *
     * @param <T> what it takes
     */
    abstract static class Keeper<T> {

        final BlockingQueue<T> received = new LinkedBlockingQueue<>();

        @IpcListener("notes")
        void keep(T value) {
            received.add(value);
        }
    }

    static class Notes extends Keeper<Note> {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Order {}

    record Buy(int amount) implements Order {}

    record Sell(int amount) implements Order {}

    record Hold(int days) implements Order {}

    @IpcListener("orders")
    static class Orders {

        @IpcHandler
        String buy(Buy order) {
            return "bought " + order.amount();
        }

        @IpcHandler
        String sell(Sell order) {
            return "sold " + order.amount();
        }

        @IpcHandler(isDefault = true)
        void other(Object order) {}
    }
}
