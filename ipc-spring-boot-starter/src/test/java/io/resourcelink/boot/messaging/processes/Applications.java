package io.resourcelink.boot.messaging.processes;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.channel.Channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Applications in JVMs of their own, each with a journal. What still runs at the end is killed, and what it left is removed. */
final class Applications implements AutoCloseable {

    /** What the starter brings along. The tests' class path has much more, which takes time at each start. */
    private static final Pattern OF_THE_STARTER = Pattern.compile("(spring-(boot-starter|boot-starter-logging|boot"
            + "|boot-autoconfigure|core|beans|context|aop|expression|messaging)|ipc-.*|jackson-(core|databind|annotations"
            + "|dataformat-cbor)|micrometer-(commons|observation)|jspecify|commons-logging|logback-.*|slf4j-.*|log4j-.*"
            + "|jul-to-slf4j|snakeyaml|jakarta.annotation-api)-[0-9].*\\.jar");
    private static final String CLASS_PATH = Arrays
            .stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of).filter(path -> !path.toString().endsWith(".jar")
                    || OF_THE_STARTER.matcher(path.getFileName().toString()).matches())
            .map(Path::toString).collect(Collectors.joining(File.pathSeparator));

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestDirectories directories;
    private final Path work;
    private final List<String> prefix;
    private final List<Application> started = new ArrayList<>();

    Applications(TestDirectories directories, Path work) {
        this(directories, work, List.of());
    }

    /**
     * Creates applications that run under a command.
     *
     * @param directories their directories
     * @param work where journals and logs are
     * @param prefix a command that runs its arguments
     */
    Applications(TestDirectories directories, Path work, List<String> prefix) {
        this.directories = directories;
        this.work = work;
        this.prefix = prefix;
    }

    /** {@return the value of an argument <code>--name=value</code>} */
    static String property(String[] arguments, String name) {
        return Arrays.stream(arguments).filter(argument -> argument.startsWith("--" + name + '=')).findFirst()
                .map(argument -> argument.substring(name.length() + 3))
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** {@return the jar of a dependency that only processes of tests have; Maven names it} */
    static List<Path> jar(String artifact) {
        return List.of(Path.of(Objects.requireNonNull(System.getProperty(artifact + ".jar"), artifact)));
    }

    /** Starts a class with the properties of the directories, and others. */
    Application start(Class<?> main, String... properties) throws IOException {
        return start(List.of(), main, properties);
    }

    /** Starts a class that has more on its class path, before everything else. */
    Application start(List<Path> classPath, Class<?> main, String... properties) throws IOException {
        Path journal = work.resolve(main.getSimpleName() + '-' + started.size() + ".txt");
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED", "-cp",
                classPath(classPath), main.getName(), "--test.journal=" + journal));
        for (String property : directories.properties()) {
            command.add("--" + property);
        }
        for (String property : properties) {
            command.add("--" + property);
        }
        Path log = work.resolve(journal.getFileName() + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .directory(work.toFile()).start();
        Application application = new Application(process, journal, log);
        started.add(application);
        return application;
    }

    private static String classPath(List<Path> first) {
        return first.stream().map(path -> path + File.pathSeparator).collect(Collectors.joining()) + CLASS_PATH;
    }

    @Override
    public void close() {
        started.forEach(application -> application.process.destroyForcibly().onExit().join());
        // The next channel that is opened removes the names of dead processes. A collector removes their segments.
        Channel.builder().directory(directories.channels()).open().close();
        try (ResourceLinkFactory factory = directories.factory()) {
            factory.collectOrphans(Duration.ZERO);
        }
    }

    /**
     * A process, and what it says.
     *
     * @param process the process
     * @param journal what it has done
     * @param log its output
     */
    record Application(Process process, Path journal, Path log) {

        List<List<String>> events() {
            return Journal.read(journal);
        }

        /** {@return the events that begin with a word} */
        List<List<String>> events(String name) {
            return events().stream().filter(words -> words.getFirst().equals(name)).toList();
        }

        /** {@return the numbers of the frames of all events that begin with a word} */
        List<Integer> frames(String name) {
            return events(name).stream().map(words -> Integer.valueOf(words.get(1))).toList();
        }

        /** {@return the numbers of the messages between this process and another one that were not handled} */
        Set<Integer> unhandled(String destination, Application other) {
            String peer = "process_" + other.process.pid();
            return events("unhandled").stream()
                    .filter(words -> words.get(1).equals(destination) && words.get(2).equals(peer))
                    .flatMapToInt(words -> IntStream.rangeClosed(Integer.parseInt(words.get(3)),
                            Integer.parseInt(words.get(4))))
                    .boxed().collect(Collectors.toSet());
        }

        /** Waits for an event with a name. */
        void awaitEvent(String name) {
            awaitEvents(events -> events.stream().anyMatch(words -> words.getFirst().equals(name)));
        }

        /** Waits for a number of events with a name. */
        void awaitEvents(String name, int count) {
            awaitEvents(events -> events.stream().filter(words -> words.getFirst().equals(name)).count() >= count);
        }

        private void awaitEvents(Predicate<List<List<String>>> condition) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
                assertThat(process.isAlive()).as(() -> "It has ended: " + output()).isTrue();
                return condition.test(events());
            });
        }

        /** SIGTERM, and the end of the process. */
        void stop() throws InterruptedException {
            process.destroy();
            assertThat(process.waitFor()).as(this::output).isEqualTo(143);
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            process.waitFor();
        }

        /** Writes a line to its input. */
        void tell(String line) throws IOException {
            process.outputWriter().write(line + "\n");
            process.outputWriter().flush();
        }

        /** Closes its input, and waits for its end. */
        void end() throws IOException, InterruptedException {
            process.outputWriter().close();
            assertThat(process.waitFor()).as(this::output).isZero();
        }

        String output() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
