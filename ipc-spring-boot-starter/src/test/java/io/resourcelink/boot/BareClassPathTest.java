package io.resourcelink.boot;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestExecutionListener;

import io.resourcelink.Effort;
import io.resourcelink.boot.collector.OrphanCollector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * An application with this starter and nothing that is optional, or that it may exclude, and one without what only tests
 * need. Each is started from a class loader that really lacks those libraries: one that only hides them leaves what the test
 * itself has loaded.
 */
@Tag("slow")
class BareClassPathTest {

    private static final String BROKERS = "spring-(boot-)?(kafka|rabbit|amqp|jms|artemis)|jakarta\\.jms|kafka|amqp-client|artemis";
    private static final Pattern OPTIONAL = Pattern.compile(
            "(spring-boot(-starter)?-(actuator|health|micrometer|validation|test|.*-test|resttestclient)|spring-(core-)?test|"
                    + "micrometer-(core|jakarta9)|spring-web|tomcat|hibernate-validator|spring-messaging|"
                    + "jackson-(core|databind|dataformat-cbor)|spring-integration|reactor-core|reactive-streams|"
                    + "kotlin|jackson-module-kotlin|" + BROKERS + ").*\\.jar");
    private static final Pattern FOR_TESTS = Pattern.compile(
            "(spring-boot(-starter)?-(test|.*-test|resttestclient)|spring-(core-)?test|spring-integration|reactor-core|reactive-streams|"
                    + "kotlin|jackson-module-kotlin).*\\.jar");

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void linksAndTheirCollectorNeedNeitherActuatorNorHealthNorMetricsNorMessages() throws Exception {
        try (URLClassLoader bare = without(OPTIONAL)) {
            assertThat(beans(bare)).contains("resourceLinkFactory", "orphanCollector", "orphanCollectionSchedule")
                    .doesNotContain("ipcEndpoint", "ipcHealthIndicator", "segmentMetrics", "ipcChannel",
                            "ipcTemplate", "ipcListenerEndpointRegistry", "segmentResponseAdvice",
                            "openClaimKafkaListenerConfigurer", "openClaimRabbitListenerConfigurer",
                            "openClaimJmsListenerConfigurer", "linksInFunctionBeans");
        }
    }

    /** One of them in the gate, another one in each run. */
    static Stream<Arguments> librariesOfBrokers() {
        List<Arguments> all = List.of(arguments("Kafka", "spring-kafka-[0-9]"),
                arguments("Rabbit", "spring-rabbit-[0-9]"),
                arguments("Jms", "spring-jms-[0-9]"), arguments("Jms", "jakarta\\.jms-api"));
        return IntStream.range(0, all.size()).filter(Effort.everyOf("libraries of brokers", all.size()))
                .mapToObj(all::get);
    }

    @ParameterizedTest
    @MethodSource("librariesOfBrokers")
    void theListenersOfOtherBrokersNeedNoneOfOne(String missing, String library) throws Exception {
        try (URLClassLoader loader = without(Pattern.compile(library + ".*\\.jar"))) {
            assertThat(beans(loader)).doesNotContain("openClaim" + missing + "ListenerConfigurer")
                    .contains(Stream.of("Kafka", "Rabbit", "Jms").filter(broker -> !broker.equals(missing))
                            .map(broker -> "openClaim" + broker + "ListenerConfigurer").toArray(String[]::new));
        }
    }

    @Test
    void nothingThatRunsInProductionNeedsWhatTestsNeed() throws Exception {
        try (URLClassLoader production = without(FOR_TESTS)) {
            assertThatExceptionOfType(ClassNotFoundException.class)
                    .isThrownBy(() -> production.loadClass(TestPropertyValues.class.getName()));
            assertThatExceptionOfType(ClassNotFoundException.class)
                    .isThrownBy(() -> production.loadClass(TestExecutionListener.class.getName()));
            assertThat(beans(production)).contains("resourceLinkFactory", "orphanCollectionSchedule", "segmentMetrics",
                    "ipcHealthIndicator", "ipcChannel", "ipcTemplate", "ipcListenerEndpointRegistry");
            // Spring Security is on the class path of one test's process only.
            assertThat(mainClasses()).hasSizeGreaterThan(50)
                    .filteredOn(name -> !name.contains(".boot.test.") && !name.endsWith("$SecurityConfiguration"))
                    .allSatisfy(name -> assertThatCode(() -> production.loadClass(name).getDeclaredMethods())
                            .doesNotThrowAnyException());
        }
    }

    private List<String> beans(ClassLoader loader) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            Thread.currentThread().setContextClassLoader(loader);
            Method start = loader.loadClass(BareApplication.class.getName()).getDeclaredMethod("beans", String[].class);
            start.setAccessible(true);
            Object names = start.invoke(null,
                    (Object) Stream.of(directories.properties()).map("--"::concat).toArray(String[]::new));
            return ((List<?>) names).stream().map(String.class::cast).toList();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static List<String> mainClasses() throws Exception {
        Path root = Path.of(OrphanCollector.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(root::relativize).map(Path::toString).filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> !name.endsWith("package-info")).toList();
        }
    }

    private static URLClassLoader without(Pattern libraries) {
        return new URLClassLoader(
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                        .filter(entry -> !libraries.matcher(String.valueOf(entry.getFileName())).matches())
                        .map(BareClassPathTest::url).toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader());
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
