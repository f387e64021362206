package io.resourcelink.boot.messaging.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.MessageDeliveryException;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerGoneException;
import io.resourcelink.boot.messaging.RequestUnhandledException;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.Subchannel;
import io.resourcelink.error.UnresponsiveException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A listener in a JVM of its own, which is killed and started again. */
@Timeout(180)
class MessagingProcessIT {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path work;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void killAll() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
        // The next channel that is opened removes the names of dead processes. A collector removes their segments.
        Channel.builder().directory(directories.channels()).open().close();
        try (ResourceLinkFactory factory = directories.factory()) {
            factory.collectOrphans(Duration.ZERO);
        }
    }

    @Test
    void aRequestEndsWithItsListenerAndTheNextGoesToTheNextListener() throws Exception {
        Process first = startListener();
        runner("60s").run(context -> {
            IpcTemplate template = context.getBean(IpcTemplate.class);
            assertThat(sum(context.getBean(ResourceLinkFactory.class), template))
                    .isEqualTo(new Sum(first.pid(), 10));
            killWhileItWorks(context.getBean(Channel.class), template, first);
            Process second = startListener();
            assertThat(sum(context.getBean(ResourceLinkFactory.class), template))
                    .isEqualTo(new Sum(second.pid(), 10));
        });
    }

    @Test
    void whatIsSentToAListenerThatIsStoppedIsNotSentInTimeAndLaterIs() throws Exception {
        Process listener = startListener();
        runner("60s").run(context -> sum(context.getBean(ResourceLinkFactory.class), context.getBean(
                IpcTemplate.class)));
        runner("200ms").run(context -> {
            signal("STOP", listener);
            assertThatExceptionOfType(MessageDeliveryException.class)
                    .isThrownBy(() -> sum(context.getBean(ResourceLinkFactory.class),
                            context.getBean(IpcTemplate.class)))
                    .withMessageContaining("\"sums\"").withCauseInstanceOf(UnresponsiveException.class);
        });
        signal("CONT", listener);
        runner("60s").run(context -> assertThat(sum(context.getBean(ResourceLinkFactory.class),
                context.getBean(IpcTemplate.class))).isEqualTo(new Sum(listener.pid(), 10)));
    }

    @Test
    void exitWithinAListenerDoesNotWaitForThatListener() throws Exception {
        // Longer than any test may take: a listener that is waited for is seen as a test that does not end.
        Process listener = startListener("--ipc.messaging.listener.shutdown-timeout=1h",
                "--spring.lifecycle.timeout-per-shutdown-phase=1h");
        runner("60s").run(context -> assertThatExceptionOfType(RequestUnhandledException.class).isThrownBy(() -> context
                .getBean(IpcTemplate.class).convertSendAndReceive("exits", 3, String.class)));
        assertThat(listener.waitFor()).isEqualTo(3);
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + ' ' + process.pid()).inheritIO().start()
                .waitFor()).isZero();
    }

    private ApplicationContextRunner runner(String sendTimeout) {
        return directories.messaging()
                .withPropertyValues("ipc.messaging.template.send-timeout=" + sendTimeout,
                        "ipc.messaging.template.reply-timeout=60s");
    }

    private static Sum sum(ResourceLinkFactory segments, IpcTemplate template) {
        try (ResourceLink link = segments.create("numbers", 4)) {
            link.writePayload(new byte[]{ 1, 2, 3, 4 });
            return Objects.requireNonNull(template.convertSendAndReceive("sums", new Numbers(link), Sum.class));
        }
    }

    private static void killWhileItWorks(Channel channel, IpcTemplate template, Process listener) throws Exception {
        try (Subchannel<String> progress = channel.subchannel(String.class)) {
            CompletableFuture<String> reply = CompletableFuture
                    .supplyAsync(() -> String.valueOf(
                            template.convertSendAndReceive("work", new Work(progress.sender()), String.class)));
            assertThat(progress.receiver().receive(Duration.ofSeconds(60))).contains("working");
            listener.destroyForcibly();
            assertThatThrownBy(reply::join).hasCauseInstanceOf(ListenerGoneException.class);
        }
    }

    private Process startListener(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                ListenerApplication.class.getName()));
        for (String property : directories.properties()) {
            command.add("--" + property);
        }
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(Files.createTempFile(work, "listener", ".log").toFile()).directory(work.toFile())
                .start();
        started.add(process);
        return process;
    }

    record Numbers(ResourceLink link) {}

    record Sum(long process, int value) {}

    record Work(SubSender<String> progress) {}

    /** Started in a JVM of its own, which its listeners keep alive. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class ListenerApplication {

        static void main(String[] arguments) {
            SpringApplication application = new SpringApplication(ListenerApplication.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            application.run(arguments);
        }

        @IpcListener("sums")
        Sum sum(Numbers numbers) {
            int sum = 0;
            for (byte number : numbers.link().readPayload(0, 4)) {
                sum += number;
            }
            return new Sum(ProcessHandle.current().pid(), sum);
        }

        @IpcListener("exits")
        void exit(int status) {
            System.exit(status);
        }

        @IpcListener("work")
        void work(Work work) throws InterruptedException {
            work.progress().send("working");
            new CountDownLatch(1).await();
        }
    }
}
