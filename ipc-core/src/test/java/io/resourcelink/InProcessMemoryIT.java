package io.resourcelink;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.segment.CreateOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** The in-process store in a JVM that allows no native access. */
@Timeout(60)
class InProcessMemoryIT {

    private static final Pattern INITIALIZING = Pattern.compile("Initializing 'io/resourcelink/internal/os/([^']+)'");

    @Test
    void worksWithoutNativeAccess() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(java, "--illegal-native-access=deny", "-Xlog:class+init=info",
                "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", System.getProperty("java.class.path"),
                Application.class.getName()).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            process.outputWriter().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(out).isTrue();
            assertThat(process.exitValue()).as(out).isZero();
            assertThat(out).contains("done");
            assertThat(INITIALIZING.matcher(out).results().map(found -> found.group(1))).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    /** What an application does: everything once. */
    static final class Application {

        public static void main(String[] arguments) throws InterruptedException {
            InProcessMemory memory = new InProcessMemory(1 << 20);
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().inProcess(memory).watch(true).build();
                    ResourceLinkFactory other = ResourceLinkFactory.builder().inProcess(memory).build()) {
                Thread producer = Thread.ofVirtual()
                        .start(() -> factory.publish("key", Content.filling(4, payload -> payload.fill((byte) 1)),
                                CreateOptions.defaults().withKeep(true).withTtl(Duration.ofSeconds(5))));
                ResourceLink link = other.acquire("key", Duration.ofSeconds(20));
                producer.join();
                link.retain().renew();
                check(link.refcount() == 3);
                check(link.readPayload(0, 4)[3] == 1);
                check(factory.list().size() == 1);
                check(factory.collectOrphans(Duration.ZERO).collected().isEmpty());
                ResourceLink made = factory.create("other", 4);
                made.writePayload(new byte[4]);
                check(made.info().refcount() == 1);
                check(made.toString().contains("other"));
                check(other.remove("key"));
            }
            System.out.println("done");
        }

        private static void check(boolean holds) {
            if (!holds) {
                throw new AssertionError();
            }
        }
    }
}
