package io.resourcelink.boot.messaging.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.processes.Applications.Application;
import io.resourcelink.boot.messaging.processes.RestartedApplication.Answer;
import io.resourcelink.boot.messaging.processes.RestartedApplication.Inventory;
import io.resourcelink.boot.messaging.processes.RestartedApplication.Question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An application that Spring Boot's developer tools start again and again, while a sender stays. */
@Timeout(300)
class DevtoolsRestartIT {

    /** That of the JVM, that of the current start, and that of the first: Spring Boot's shutdown hook keeps it. */
    private static final int LOADERS = 3;
    private static final int STARTS = 5;

    /** Spring caches what it knows of classes until memory is needed. Here each collection clears such caches. */
    private static final List<String> NO_CACHES = List.of("env", "JAVA_TOOL_OPTIONS=-XX:SoftRefLRUPolicyMSPerMB=0");

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path work;

    private Applications applications;
    private Path classes;

    @BeforeEach
    void prepare() {
        applications = new Applications(directories, work, NO_CACHES);
        classes = work.resolve("application");
    }

    @AfterEach
    void killAll() {
        applications.close();
    }

    @Test
    void eachStartServesWithItsOwnClassesAndNothingOfTheOneBeforeIsLeft() throws Exception {
        Application application = start();
        long process = application.process().pid();
        directories.messaging().withPropertyValues("ipc.messaging.template.send-timeout=60s").run(context -> {
            IpcTemplate template = context.getBean(IpcTemplate.class);
            ResourceLinkFactory segments = context.getBean(ResourceLinkFactory.class);
            Inventory afterFirst = null;
            for (int start = 1; start <= STARTS; start++) {
                setVersion(start);
                application.awaitEvents("started", start);
                // The JVM's own class loader has loaded the application too.
                assertThat(ask(template, segments, start)).isEqualTo(new Answer("version " + start, start + 1, 4));
                assertThat(template.convertSendAndReceive("echoes", "echo", Answer.class))
                        .isEqualTo(new Answer("version " + start, start + 1, 3));
                if (start == 2) {
                    afterFirst = inventory(template);
                } else if (afterFirst != null) {
                    awaitNoMoreThan(afterFirst, template);
                }
            }
        });
        assertThat(application.process().isAlive()).isTrue();
        assertThat(application.process().pid()).isEqualTo(process);
    }

    /** A thread of the library may end a moment later. */
    private static void awaitNoMoreThan(Inventory before, IpcTemplate template) {
        await().untilAsserted(() -> {
            Inventory now = inventory(template);
            assertThat(without(before.threads(), now.threads())).as("more threads").isEmpty();
            assertThat(without(before.files(), now.files())).as("more open files").isEmpty();
            assertThat(now.loaders()).as("class loaders").isLessThanOrEqualTo(LOADERS);
        });
    }

    private static List<String> without(List<String> before, List<String> now) {
        List<String> more = new ArrayList<>(now);
        before.forEach(more::remove);
        return more;
    }

    private static Answer ask(IpcTemplate template, ResourceLinkFactory segments, int number) {
        try (ResourceLink pixels = segments.create("pixels-" + number, 4)) {
            return Objects.requireNonNull(
                    template.convertSendAndReceive("questions", new Question("which", pixels), Answer.class));
        }
    }

    private static Inventory inventory(IpcTemplate template) {
        return Objects.requireNonNull(template.convertSendAndReceive("inventories", "all", Inventory.class));
    }

    private void setVersion(int version) throws IOException {
        Files.writeString(classes.resolve("version.txt"), "version " + version);
    }

    /** Everything but the application's classes is excluded from the restart, as it is in jars. */
    private Application start() throws Exception {
        String name = RestartedApplication.class.getPackageName().replace('.', '/');
        Path compiled = Path.of(RestartedApplication.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        FileSystemUtils.copyRecursively(compiled.resolve(name), Files.createDirectories(classes.resolve(name)));
        Files.writeString(Files.createDirectories(classes.resolve("META-INF")).resolve("spring-devtools.properties"),
                "restart.exclude.libraries=^(?!.*/application/).*");
        setVersion(1);
        List<Path> classPath = new ArrayList<>(List.of(classes));
        classPath.addAll(Applications.jar("spring-boot-devtools"));
        return applications.start(classPath, RestartedApplication.class, "spring.devtools.livereload.enabled=false",
                "spring.devtools.restart.poll-interval=200ms", "spring.devtools.restart.quiet-period=100ms");
    }
}
