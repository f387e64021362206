package io.resourcelink.sample;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import static org.assertj.core.api.Assertions.assertThat;

/** What can be said about the containers without an engine: both share one directory, as one user, and have room for it. */
class ContainersTest {

    private static final Path CONTAINERS = Path.of("containers");
    private static final String USER = "10001";
    private static final List<String> NAMES = List.of("studio", "worker");

    @Test
    void theContainersOfComposeShareATmpfsAsOneUser() throws IOException {
        Map<?, ?> compose = map(load("compose.yaml"));
        Map<?, ?> options = map(in(compose, "volumes", "segments", "driver_opts"));
        Matcher size = Pattern.compile("size=(\\d+)m,uid=" + USER + ",gid=" + USER + ",mode=0700")
                .matcher(String.valueOf(options.get("o")));
        assertThat(options.get("type")).isEqualTo("tmpfs");
        assertThat(size.matches()).isTrue();
        for (String name : NAMES) {
            Map<?, ?> service = map(in(compose, "services", name));
            assertThat(service.get("user")).as(name).isEqualTo(USER + ":" + USER);
            assertThat(list(service.get("volumes"))).as(name).singleElement().isEqualTo("segments:/segments");
            long limit = bytes(service.get("mem_limit"));
            assertThat(limit).as("memory of %s with all segments and a JVM", name)
                    .isGreaterThan(DataSize.ofMegabytes(Long.parseLong(size.group(1)) + 256).toBytes());
        }
        assertThat(in(compose, "services", "studio", "environment", "IPC_DIRECTORY")).isEqualTo("/segments/studio");
        assertThat(list(in(compose, "services", "worker", "command"))).contains("--ipc.directory=/segments/studio");
        assertThat(list(in(compose, "services", "studio", "ports"))).as("only loopback")
                .allSatisfy(port -> assertThat(String.valueOf(port)).startsWith("127.0.0.1:"));
    }

    @Test
    void theContainersOfThePodShareMemoryAsOneUser() throws IOException {
        Map<?, ?> pod = map(in(map(load("kubernetes.yaml")), "spec", "template", "spec"));
        Map<?, ?> volume = map(list(pod.get("volumes")).getFirst());
        long size = bytes(in(volume, "emptyDir", "sizeLimit"));
        assertThat(in(volume, "emptyDir", "medium")).isEqualTo("Memory");
        assertThat(in(pod, "securityContext", "runAsUser")).isEqualTo(Integer.valueOf(USER));
        assertThat(in(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
        assertThat(list(pod.get("containers"))).hasSize(NAMES.size()).allSatisfy(element -> {
            Map<?, ?> container = map(element);
            assertThat(container.get("name")).isIn(NAMES);
            Map<?, ?> mount = map(list(container.get("volumeMounts")).getFirst());
            assertThat(mount.get("name")).isEqualTo(volume.get("name"));
            assertThat(mount.get("mountPath")).isEqualTo("/segments");
            assertThat(bytes(in(container, "resources", "limits", "memory")))
                    .isGreaterThan(size + DataSize.ofMegabytes(256).toBytes());
        });
    }

    @Test
    void theImageRunsAsThatUserFromLayersWithACacheOfItsClasses() throws IOException {
        String dockerfile = Files.readString(CONTAINERS.resolve("Dockerfile"));
        assertThat(dockerfile).contains("-Djarmode=tools", "extract --layers", "-XX:AOTCacheOutput=studio.aot",
                "USER " + USER + ":" + USER,
                "ENTRYPOINT [\"java\", \"-XX:AOTCache=studio.aot\", \"-jar\", \"studio.jar\"]");
        assertThat(dockerfile.indexOf("/extracted/dependencies/")).as("what changes least comes first")
                .isPositive().isLessThan(dockerfile.indexOf("/extracted/application/"));
    }

    private static Object load(String file) throws IOException {
        try (Reader reader = Files.newBufferedReader(CONTAINERS.resolve(file))) {
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
        }
    }

    private static @Nullable Object in(Map<?, ?> map, String... path) {
        Object value = map;
        for (String name : path) {
            value = map(value).get(name);
        }
        return value;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static List<Object> list(@Nullable Object value) {
        return List.copyOf((List<?>) Objects.requireNonNull(value));
    }

    /** {@code 512m} and {@code 512Mi} are the same; so are {@code 1g} and {@code 1Gi}. */
    private static long bytes(@Nullable Object size) {
        Matcher matcher = Pattern.compile("(\\d+)([mMgG])i?").matcher(String.valueOf(size));
        assertThat(matcher.matches()).as("size %s", size).isTrue();
        long number = Long.parseLong(matcher.group(1));
        return (matcher.group(2).equalsIgnoreCase("g") ? DataSize.ofGigabytes(number) : DataSize.ofMegabytes(number))
                .toBytes();
    }
}
