package io.resourcelink.channel;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

/** Waiting pins no carrier: many virtual threads of a process that has one or two carriers. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class VirtualThreadsIT {

    private static final int THREADS = 200;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void manyWaitOnFewCarriersAndAllOfThemAnswer(int carriers, Path directory) throws Exception {
        try (Channel channel = Channel.builder().directory(directory).open();
                OneShotServer<VirtualThreadsPeer.Greeting> server = channel
                        .oneShotServer(VirtualThreadsPeer.Greeting.class)) {
            Process peer = start(carriers, directory, server.name());
            try {
                VirtualThreadsPeer.Greeting greeting = server.accept(DEADLINE).orElseThrow().first();
                // With few credits the answering threads wait for those, too.
                try (Subchannel<Integer> answers = channel.subchannel(MessageType.of(Integer.class),
                        new Credits(4, 1000, 1))) {
                    greeting.answers().send(answers.sender());
                    greeting.answers().close();
                    for (int round = 0; round < 3; round++) {
                        assertAllAnswer(greeting.threads(), answers.receiver());
                    }
                }
                greeting.threads().forEach(SubSender::close);
                assertThat(peer.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).as("ended by itself").isTrue();
                assertThat(peer.exitValue()).isZero();
            } finally {
                peer.destroyForcibly().waitFor();
            }
        }
    }

    private static void assertAllAnswer(List<SubSender<Integer>> threads, SubReceiver<Integer> answers)
            throws Exception {
        for (int i = threads.size() - 1; i >= 0; i--) {
            threads.get(i).send(i);
        }
        Set<Integer> answered = new HashSet<>();
        for (int i = 0; i < threads.size(); i++) {
            answered.add(answers.receive(DEADLINE).orElseThrow());
        }
        assertThat(answered).hasSize(THREADS);
    }

    private static Process start(int carriers, Path directory, String server) throws Exception {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-Djdk.virtualThreadScheduler.parallelism=" + carriers,
                "-Djdk.virtualThreadScheduler.maxPoolSize=" + carriers, "-cp", System.getProperty("java.class.path"),
                VirtualThreadsPeer.class.getName(), directory.toString(), server, String.valueOf(THREADS))
                .redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT).start();
    }
}
