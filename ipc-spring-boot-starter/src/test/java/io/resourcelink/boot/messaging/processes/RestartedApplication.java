package io.resourcelink.boot.messaging.processes;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Received;

/** An application that Spring Boot's developer tools start again, in the same JVM, if a file beside its classes changes. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class RestartedApplication {

    /** The property under which all class loaders of the application are: they share nothing else. */
    private static final String LOADERS = RestartedApplication.class.getName();

    /** The JVM calls it with its own class loader, and each start with another one. */
    static void main(String[] arguments) throws Exception {
        remember(RestartedApplication.class.getClassLoader());
        exchange(Path.of(Applications.property(arguments, "ipc.channels.directory")));
        SpringApplication application = new SpringApplication(RestartedApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.run(arguments).getBean(Journal.class).write("started");
    }

    @SuppressWarnings("unchecked")
    private static List<WeakReference<ClassLoader>> loaders() {
        return (List<WeakReference<ClassLoader>>) System.getProperties().computeIfAbsent(LOADERS,
                _ -> new CopyOnWriteArrayList<WeakReference<ClassLoader>>());
    }

    private static void remember(ClassLoader loader) {
        loaders().add(new WeakReference<>(loader));
    }

    /** Sends and receives the class of this class loader without a context, which is all that both loaders do. */
    private static void exchange(Path channels) throws Exception {
        try (Channel channel = Channel.builder().directory(channels).open();
                NamedServer<Question> server = channel.serve("exchange", Question.class);
                var sender = channel.connect("exchange", Question.class)) {
            sender.send(new Question("first", null));
            try (Received<Question> received = server.receiver().take()) {
                Question question = received.message();
                if (question.getClass() != Question.class) {
                    throw new AssertionError(question);
                }
            }
        }
    }

    @Bean
    Journal journal(@Value("${test.journal}") Path path) throws IOException {
        return new Journal(path);
    }

    @Bean
    Answers answers(IpcTemplate template, ResourceLinkFactory segments) {
        return new Answers(template, segments);
    }

    /**
     * What is asked.
     *
     * @param text a text
     * @param pixels a segment, or nothing
     */
    record Question(String text, @Nullable ResourceLink pixels) {}

    /**
     * What is answered.
     *
     * @param version what the file beside the classes says
     * @param loader the number of the class loader
     * @param size the size of the segment
     */
    record Answer(String version, int loader, long size) {}

    /**
     * What there is in this process.
     *
     * @param threads the names of all threads, without numbers
     * @param files what is open, without numbers
     * @param loaders how many of the application's class loaders are left
     */
    record Inventory(List<String> threads, List<String> files, int loaders) {}

    /** The listeners. */
    static final class Answers {

        private final IpcTemplate template;
        private final ResourceLinkFactory segments;

        private Answers(IpcTemplate template, ResourceLinkFactory segments) {
            this.template = template;
            this.segments = segments;
        }

        @IpcListener("questions")
        Answer answer(Question question) throws IOException {
            try (InputStream file = Objects.requireNonNull(getClass().getResourceAsStream("/version.txt"))) {
                return new Answer(new String(file.readAllBytes(), StandardCharsets.UTF_8), loaders().size(),
                        Objects.requireNonNull(question.pixels()).payloadSize());
            }
        }

        /** Asks its own process. */
        @IpcListener("echoes")
        Answer echo(String text) {
            try (ResourceLink pixels = segments.create("echo", 3)) {
                return Objects.requireNonNull(
                        template.convertSendAndReceive("questions", new Question(text, pixels), Answer.class));
            }
        }

        @IpcListener("inventories")
        Inventory inventory(String text) throws IOException {
            System.gc();
            return new Inventory(threads(), files(),
                    (int) loaders().stream().filter(loader -> loader.get() != null).count());
        }

        private static List<String> threads() {
            return Thread.getAllStackTraces().keySet().stream().map(thread -> withoutNumbers(thread.getName()))
                    .sorted().toList();
        }

        /** Jars are opened when a class in them is first needed. */
        private static List<String> files() throws IOException {
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
                return descriptors.map(Answers::target).filter(target -> !target.endsWith(".jar")).sorted().toList();
            }
        }

        private static String target(Path descriptor) {
            try {
                return withoutNumbers(Files.readSymbolicLink(descriptor).toString());
            } catch (IOException _) {
                return "closed";
            }
        }

        private static String withoutNumbers(String text) {
            return text.replaceAll("[0-9a-f]{8,}|\\d+", "#");
        }
    }
}
