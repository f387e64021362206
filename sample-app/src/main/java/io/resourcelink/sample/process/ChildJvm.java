package io.resourcelink.sample.process;

import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * How to start another JVM with the code of this one.
 *
 * @param program the main class
 * @param argument what the application's first argument is where one main class starts all programs, {@code null} for the studio itself
 * @param profile the only profile that it has, whatever the environment says that it inherits
 * @param heap the most heap that it gets
 * @param options further options of the JVM
 */
public record ChildJvm(Class<?> program, @Nullable String argument, String profile, DataSize heap,
        List<String> options) {

    /** Takes a copy of the options. */
    public ChildJvm {
        options = List.copyOf(options);
    }

    /**
     * {@return the command}
     *
     * @param properties of the application, such as {@code ipc.directory=/dev/shm/pictures}
     */
    public List<String> command(List<String> properties) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heap.toBytes());
        command.add("-XX:+UseSerialGC");
        command.addAll(options);
        command.add("--enable-native-access=ALL-UNNAMED");
        String classPath = System.getProperty("java.class.path");
        if (runsFromExecutableJar()) {
            command.addAll(List.of("-jar", classPath));
            if (argument != null) {
                command.add(argument);
            }
        } else {
            command.addAll(List.of("-cp", classPath, program.getName()));
        }
        command.addAll(List.of("--spring.profiles.active=" + profile, "--spring.profiles.include="));
        properties.forEach(property -> command.add("--" + property));
        return command;
    }

    /** There, classes lie in a jar inside a jar, and only Boot's launcher finds them. */
    private boolean runsFromExecutableJar() {
        CodeSource source = Objects.requireNonNull(program.getProtectionDomain().getCodeSource());
        return source.getLocation().getProtocol().equals("jar");
    }
}
