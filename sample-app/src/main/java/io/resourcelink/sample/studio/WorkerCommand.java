package io.resourcelink.sample.studio;

import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.springframework.util.unit.DataSize;

import io.resourcelink.sample.worker.Worker;

/** How to start another JVM with the code of this one. */
final class WorkerCommand {

    private WorkerCommand() {}

    static List<String> of(Path directory, DataSize heap) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heap.toBytes());
        command.add("-XX:+UseSerialGC");
        // Standard output is for lines of the protocol, and a JVM writes its warnings there.
        command.add("-XX:+DisplayVMOutputToStderr");
        command.add("--enable-native-access=ALL-UNNAMED");
        String classPath = System.getProperty("java.class.path");
        if (runsFromExecutableJar()) {
            command.addAll(List.of("-jar", classPath, Worker.ARGUMENT));
        } else {
            command.addAll(List.of("-cp", classPath, Worker.class.getName()));
        }
        command.add(directory.toString());
        return command;
    }

    /** There, classes lie in a jar inside a jar, and only Boot's launcher finds them. */
    private static boolean runsFromExecutableJar() {
        CodeSource source = Objects.requireNonNull(Worker.class.getProtectionDomain().getCodeSource());
        return source.getLocation().getProtocol().equals("jar");
    }
}
