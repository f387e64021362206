package io.resourcelink.sample.studio;

import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.resourcelink.sample.worker.WorkerApplication;

/** How to start another JVM with the code of this one. */
final class WorkerCommand {

    private WorkerCommand() {}

    static List<String> of(Path directory, StudioProperties properties) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + properties.workerHeap().toBytes());
        command.add("-XX:+UseSerialGC");
        command.addAll(properties.workerOptions());
        command.add("--enable-native-access=ALL-UNNAMED");
        String classPath = System.getProperty("java.class.path");
        if (runsFromExecutableJar()) {
            command.addAll(List.of("-jar", classPath, WorkerApplication.ARGUMENT));
        } else {
            command.addAll(List.of("-cp", classPath, WorkerApplication.class.getName()));
        }
        // On the command line, so that "ipc channels" and "ipc info" show the name.
        command.add("--spring.application.name=worker");
        command.add("--ipc.directory=" + directory);
        return command;
    }

    /** There, classes lie in a jar inside a jar, and only Boot's launcher finds them. */
    private static boolean runsFromExecutableJar() {
        CodeSource source = Objects
                .requireNonNull(WorkerApplication.class.getProtectionDomain().getCodeSource());
        return source.getLocation().getProtocol().equals("jar");
    }
}
