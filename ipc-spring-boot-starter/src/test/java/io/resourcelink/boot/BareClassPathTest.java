package io.resourcelink.boot;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.boot.collector.OrphanCollector;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with this starter and nothing that is optional, or that it may exclude. It is started from a class
 * loader that really lacks those libraries: one that only hides them leaves what the test itself has loaded.
 */
class BareClassPathTest {

    private static final Pattern OPTIONAL = Pattern
            .compile(
                    "(spring-boot(-starter)?-(actuator|health|micrometer)|micrometer-(core|jakarta9)|spring-web|tomcat|"
                            + "spring-messaging|jackson-(core|databind|dataformat-cbor))"
                            + ".*\\.jar");

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void linksAndTheirCollectorNeedNeitherActuatorNorHealthNorMetricsNorMessages() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader bare = new URLClassLoader(bareClassPath(), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(bare);
            Method start = bare.loadClass(BareApplication.class.getName()).getDeclaredMethod("beans", String[].class);
            start.setAccessible(true);
            Object beans = start.invoke(null,
                    (Object) Stream.of(directories.properties()).map("--"::concat).toArray(String[]::new));
            assertThat((List<?>) beans).asInstanceOf(InstanceOfAssertFactories.list(String.class))
                    .contains("resourceLinkFactory", "orphanCollector", "orphanCollectionSchedule")
                    .doesNotContain("ipcEndpoint", "ipcHealthIndicator", "segmentMetrics", "ipcChannel",
                            "ipcTemplate", "ipcListenerEndpointRegistry");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static URL[] bareClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(entry -> !OPTIONAL.matcher(String.valueOf(entry.getFileName())).matches())
                .map(BareClassPathTest::url).toArray(URL[]::new);
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Loaded by the bare class loader. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class BareApplication {

        static List<String> beans(String... arguments) {
            try (ConfigurableApplicationContext context = new SpringApplicationBuilder(BareApplication.class)
                    .web(WebApplicationType.NONE).registerShutdownHook(false).run(arguments)) {
                assertThat(context.getBean(OrphanCollector.class).status().lastFailure()).isNull();
                return List.of(context.getBeanDefinitionNames());
            }
        }
    }
}
