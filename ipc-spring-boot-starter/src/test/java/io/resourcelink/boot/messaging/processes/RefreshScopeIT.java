package io.resourcelink.boot.messaging.processes;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.processes.Applications.Application;

import static org.assertj.core.api.Assertions.assertThat;

/** An application with Spring Cloud's refresh scope. */
@Timeout(180)
class RefreshScopeIT {

    private static final int LISTENERS = 4;
    private static final int REFRESHES = 30;
    private static final int MESSAGES = 200;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path work;

    private Applications applications;

    @BeforeEach
    void prepare() {
        applications = new Applications(directories, work);
    }

    @AfterEach
    void killAll() {
        applications.close();
    }

    private Application start() throws Exception {
        Application application = applications.start(Applications.jar("spring-cloud-context"),
                RefreshedApplication.class);
        application.awaitEvent("started");
        return application;
    }

    private static RefreshedApplication.Self self(IpcTemplate template) {
        return Objects.requireNonNull(
                template.convertSendAndReceive("selves", "who", RefreshedApplication.Self.class));
    }

    @Test
    void messagesGoToTheObjectThatWasMadeLast() throws Exception {
        start();
        directories.messaging().run(context -> {
            IpcTemplate template = context.getBean(IpcTemplate.class);
            RefreshedApplication.Self first = self(template);
            assertThat(self(template)).isEqualTo(first);

            assertThat(template.convertSendAndReceive("settings", "after", Integer.class)).isEqualTo(LISTENERS);
            RefreshedApplication.Self second = self(template);
            assertThat(second.number()).isGreaterThan(first.number());
            assertThat(second.setting()).isEqualTo("after");

            assertThat(template.convertSendAndReceive("refreshes", 1, Integer.class)).isEqualTo(LISTENERS);
            assertThat(self(template).number()).isGreaterThan(second.number());
        });
    }

    @Test
    void eachMessageIsHandledOnceOverRefreshesUnderLoad() throws Exception {
        Application application = start();
        directories.messaging().withPropertyValues("ipc.messaging.template.send-timeout=60s").run(context -> {
            IpcTemplate template = context.getBean(IpcTemplate.class);
            for (int round = 0; round < REFRESHES; round++) {
                CompletableFuture<Integer> refreshed = CompletableFuture
                        .supplyAsync(() -> template.convertSendAndReceive("refreshes", 1, Integer.class));
                for (int id = 0; id < MESSAGES; id++) {
                    template.convertAndSend("frames", round * MESSAGES + id);
                }
                assertThat(refreshed.join()).isEqualTo(LISTENERS);
            }
            application.awaitEvents("handled", REFRESHES * MESSAGES);
        });
        application.stop();

        assertThat(application.frames("handled")).containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, REFRESHES * MESSAGES).boxed().toList());
        assertNoneAfterItsEnd(application);
    }

    /** Several objects have handled messages, and none of them after it was destroyed. */
    private static void assertNoneAfterItsEnd(Application application) {
        Set<String> used = new HashSet<>();
        Set<String> destroyed = new HashSet<>();
        for (List<String> words : application.events()) {
            if (words.getFirst().equals("destroyed")) {
                destroyed.add(words.get(1));
            } else if (words.getFirst().equals("handled")) {
                used.add(words.get(2));
                assertThat(destroyed).doesNotContain(words.get(2));
            }
        }
        assertThat(used).hasSizeGreaterThan(2);
    }
}
