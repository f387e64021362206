package io.resourcelink.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import io.resourcelink.Content;
import io.resourcelink.InProcessMemory;
import io.resourcelink.LeakLog;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.channel.autoconfigure.IpcChannelAutoConfiguration;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.autoconfigure.IpcMessagingAutoConfiguration;
import io.resourcelink.error.PermissionException;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class IpcAutoConfigurationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void factoryUsesTheDirectoriesOfTheProperties() {
        runner().run(context -> {
            ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
            assertThat(factory.directory(ResourceKind.SHARED_MEMORY)).isEqualTo(directories.memory());
            assertThat(factory.directory(ResourceKind.MAPPED_FILE)).isEqualTo(directories.files());
            assertThat(factory.defaultKind()).isEqualTo(ResourceKind.SHARED_MEMORY);
            try (ResourceLink link = factory.create("frame", 100)) {
                assertThat(link.ttl()).isNull();
            }
        });
    }

    @Test
    void factoryUsesTheDefaultsOfTheProperties() {
        runner().withPropertyValues("ipc.default-kind=mapped-file", "ipc.ttl.default=5m").run(context -> {
            ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
            try (ResourceLink link = factory.create("frame", 100)) {
                assertThat(link.kind()).isEqualTo(ResourceKind.MAPPED_FILE);
                assertThat(link.ttl()).isEqualTo(Duration.ofMinutes(5));
            }
        });
    }

    @Test
    void directoriesAndSegmentsAreMadeWithThePermissionsOfTheProperties() {
        Path shared = directories.memory().resolve("shared");
        runner().withPropertyValues("ipc.directory=" + shared, "ipc.directory-permissions=rwxrwx---",
                "ipc.segment-permissions=rw-rw----").run(context -> {
                    try (ResourceLink _ = context.getBean(ResourceLinkFactory.class).create("frame", 100)) {
                        assertThat(permissions(shared)).isEqualTo("rwxrwx---");
                        assertThat(permissions(shared.resolve("frame"))).isEqualTo("rw-rw----");
                    }
                });
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void usersAreTrustedAsThePropertiesSay() throws IOException {
        Path theirs = Files.createDirectory(directories.memory().resolve("theirs"));
        assumeThat(Files.getAttribute(theirs, "unix:uid")).as("only root can give files away").isEqualTo(0);
        Files.setAttribute(theirs, "unix:uid", 4711);
        runner().withPropertyValues("ipc.directory=" + theirs).run(context -> assertThat(context).getFailure()
                .rootCause().isInstanceOf(PermissionException.class));
        runner().withPropertyValues("ipc.directory=" + theirs, "ipc.trusted-owners=4710,4711")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void whatDeadProcessesLeaveIsCollectedByTheWatcher() {
        directories.leaveOrphan("orphan");
        runner().withPropertyValues("ipc.gc.watch=false").run(context -> assertThat(
                context.getBean(ResourceLinkFactory.class).info("orphan")).isPresent());
        runner().run(context -> await().until(() -> context.getBean(ResourceLinkFactory.class).list().isEmpty()));
    }

    @Test
    void hugeTimesAreForEver() {
        String forever = "=" + Duration.ofSeconds(Long.MAX_VALUE);
        runner().withPropertyValues("ipc.ttl.default" + forever, "ipc.ttl.patterns[frame-*]" + forever,
                "ipc.gc.interval" + forever, "ipc.gc.initial-delay" + forever, "ipc.gc.max-age" + forever,
                "ipc.recycling.time" + forever, "ipc.mappings.time" + forever,
                "ipc.messaging.template.send-timeout" + forever, "ipc.messaging.template.reply-timeout" + forever,
                "ipc.messaging.listener.shutdown-timeout" + forever)
                .withConfiguration(AutoConfigurations.of(OrphanCollectorAutoConfiguration.class,
                        IpcChannelAutoConfiguration.class, IpcMessagingAutoConfiguration.class))
                .withBean(Echo.class).run(context -> {
                    assertThat(context).hasNotFailed();
                    ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
                    for (String key : List.of("other", "frame-1")) {
                        try (ResourceLink link = factory.create(key, 100)) {
                            assertThat(factory.info(key)).hasValueSatisfying(
                                    info -> assertThat(info.expired()).isFalse());
                            link.renew();
                        }
                    }
                    factory.publish("published", Content.filling(100, memory -> memory.fill((byte) 1))).close();
                    assertThat(factory.collectOrphans(Duration.ofSeconds(Long.MAX_VALUE)).collected()).isEmpty();
                    assertThat(context.getBean(IpcTemplate.class).convertSendAndReceive("echo", "hello", String.class))
                            .isEqualTo("hello");
                });
    }

    static class Echo {

        @IpcListener("echo")
        String echo(String text) {
            return text;
        }
    }

    @Test
    void forgottenLinksAreReportedAsThePropertiesSay() throws InterruptedException {
        BlockingQueue<Boolean> withPlace = new LinkedBlockingQueue<>();
        ResourceLinkListener listener = new ResourceLinkListener() {
            @Override
            public void leaked(String key, @Nullable Throwable acquired) {
                withPlace.add(acquired != null);
            }
        };
        runner().withPropertyValues("ipc.leak-detection=full").withBean(ResourceLinkListener.class, () -> listener)
                .run(context -> {
                    context.getBean(ResourceLinkFactory.class).create("forgotten", 1);
                    await().until(() -> {
                        System.gc();
                        return !withPlace.isEmpty();
                    });
                });
        assertThat(withPlace.take()).isTrue();
    }

    @Test
    void leaksAreLoggedByABeanWhateverListenersThereAre() {
        runner().withBean(ResourceLinkListener.class, () -> new ResourceLinkListener() {
        })
                .run(context -> assertThat(context).hasSingleBean(LeakLog.class));
    }

    @Test
    void applicationsOwnLeakLogIsTheOnlyOne(CapturedOutput output) {
        BlockingQueue<String> leaks = new LinkedBlockingQueue<>();
        runner().withBean(LeakLog.class, () -> (key, _) -> leaks.add(key)).run(context -> {
            assertThat(context).hasSingleBean(LeakLog.class);
            context.getBean(ResourceLinkFactory.class).create("forgotten", 1);
            await().until(() -> {
                System.gc();
                return !leaks.isEmpty();
            });
        });
        assertThat(leaks).containsExactly("forgotten");
        assertThat(output).doesNotContain("was never closed");
    }

    @Test
    void segmentsAreInTheApplicationsMemoryIfItHasSome() {
        InProcessMemory memory = new InProcessMemory(1 << 20);
        runner().withBean(InProcessMemory.class, () -> memory).run(context -> {
            try (ResourceLinkFactory other = ResourceLinkFactory.builder().inProcess(memory).build();
                    ResourceLink _ = context.getBean(ResourceLinkFactory.class).create("frame", 100)) {
                assertThat(other.info("frame")).isPresent();
                assertThat(directories.keys()).isEmpty();
            }
        });
    }

    @Test
    void offLinuxSegmentsAreInTheMemoryOfTheProcessWithAWarning(CapturedOutput output) {
        runner().withPropertyValues("os.name=Mac OS X").run(context -> {
            try (ResourceLink _ = context.getBean(ResourceLinkFactory.class).create("frame", 100)) {
                assertThat(directories.keys()).isEmpty();
                assertThat(output).containsOnlyOnce("Segments are not shared with other processes: that needs Linux,"
                        + " and this is Mac OS X.");
            }
        });
    }

    @Test
    void onLinuxNothingStandsInForSharedMemory(CapturedOutput output) {
        runner().run(context -> assertThat(context).doesNotHaveBean(InProcessMemory.class));
        assertThat(output).doesNotContain("not shared");
    }

    @Test
    void customizersComeAfterThePropertiesInTheirOrder() {
        runner().withPropertyValues("ipc.ttl.default=5m")
                .withUserConfiguration(Customizers.class).run(context -> {
                    ResourceLinkFactory factory = context.getBean(ResourceLinkFactory.class);
                    try (ResourceLink link = factory.create("frame", 100)) {
                        assertThat(link.ttl()).isEqualTo(Duration.ofMinutes(7));
                    }
                });
    }

    @Test
    void factoryIsClosedWithTheContext() {
        AtomicReference<ResourceLink> held = new AtomicReference<>();
        runner().run(context -> held.set(context.getBean(ResourceLinkFactory.class).create("frame", 100)));

        assertThat(held.get().isClosed()).isTrue();
        assertThat(directories.keys()).isEmpty();
    }

    @Test
    void applicationsOwnFactoryIsLeftAlone() {
        try (ResourceLinkFactory own = directories.factory()) {
            runner().withBean("own", ResourceLinkFactory.class, () -> own).run(
                    context -> assertThat(context).getBean(ResourceLinkFactory.class).isSameAs(own));
        }
    }

    @Test
    void nothingIsMadeWhenDisabled() {
        runner().withPropertyValues("ipc.enabled=false").run(context -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(ResourceLinkFactory.class).doesNotHaveBean(IpcProperties.class));
    }

    @Test
    void invalidPropertyFailsTheStartWithItsName() {
        runner().withPropertyValues("ipc.gc.interval=0s")
                .run(context -> assertThat(context).getFailure().rootCause()
                        .hasMessage("Property ipc.gc.interval must be at least 1ms; it was PT0S."));
    }

    private ApplicationContextRunner runner() {
        return directories.runner();
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        @Order(2)
        ResourceLinkFactoryBuilderCustomizer later() {
            return builder -> builder.defaultTtl(Duration.ofMinutes(7));
        }

        @Bean
        @Order(1)
        ResourceLinkFactoryBuilderCustomizer earlier() {
            return builder -> builder.defaultTtl(Duration.ofMinutes(6));
        }
    }
}
