package io.resourcelink.boot.claim.listener;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.resourcelink.boot.TestDirectories;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A JVM that runs {@link ConsumerApplication}, with a journal of what its listeners were called with.
 *
 * @param process the process
 * @param journal one line for each event, a number first
 * @param log its output
 */
record ConsumerProcess(Process process, Path journal, Path log) implements AutoCloseable {

    /** What only other tests need, and takes time at each start. */
    private static final Pattern OF_OTHERS = Pattern
            .compile("(kotlin|jackson-module-kotlin|archunit|mockito|byte-buddy|tomcat|hibernate|artemis-(server|"
                    + "journal)|kafka-(server|storage|group|metadata|raft|streams|coordinator|share|transaction|test)|kafka_|scala|rocksdb"
                    + "|spring-(webmvc|integration|test|kafka-test|rabbit|amqp|boot-(webmvc|tomcat|amqp|actuator|health|micrometer-m))"
                    + "|micrometer-(core|jakarta|registry)|prometheus|amqp-client|json-|jsonassert|assertj|xmlunit).*\\.jar");
    private static final String CLASS_PATH = Arrays
            .stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
            .filter(path -> !OF_OTHERS.matcher(String.valueOf(path.getFileName())).matches()).map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));

    /**
     * What a listener has noted.
     *
     * @param event what has happened
     * @param number the number of the order
     * @param attempt which delivery it was, as the broker says
     * @param inode the inode of the mapped file
     */
    record Event(String event, int number, int attempt, long inode) {}

    /** Starts a process on the directories of a host. */
    static ConsumerProcess start(Broker broker, TestDirectories host, Path work, String name, String... properties)
            throws IOException {
        Path journal = work.resolve(name + ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED", "-cp", CLASS_PATH,
                ConsumerApplication.class.getName(), "--test.journal=" + journal, "--" + broker.alone(),
                "--" + Broker.SECRETS,
                "--logging.level.root=WARN", "--spring.main.banner-mode=off",
                "--spring.main.web-application-type=none"));
        for (String property : host.properties()) {
            command.add("--" + property);
        }
        for (String property : properties) {
            command.add("--" + property);
        }
        Path log = work.resolve(name + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .directory(work.toFile()).start();
        return new ConsumerProcess(process, journal, log);
    }

    /** {@return what the listeners have noted so far} A line that is still being written is left out. */
    List<Event> events() {
        try {
            String text = Files.exists(journal) ? Files.readString(journal) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(line -> line.split(" "))
                    .map(words -> new Event(words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2]),
                            Long.parseLong(words[3])))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the events are as they should be. */
    void await(Predicate<List<Event>> condition) {
        Deliveries.waiting().until(() -> {
            assertThat(process.isAlive()).as(() -> "It has ended: " + output()).isTrue();
            return condition.test(events());
        });
    }

    /** SIGKILL, and the end of the process. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
