package io.resourcelink.benchmark;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How the suite starts its other JVMs, and ends them. */
public final class JavaProcess {

    /** What Aeron and Chronicle Queue need of the JDK, and what makes results steadier. */
    private static final List<String> OPTIONS = List.of("--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED", "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED", "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "-Dslf4j.internal.verbosity=ERROR", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch");

    private static final int PATIENCE_SECONDS = 30;

    private JavaProcess() {}

    /** A JVM with the options that all ways need, and so much heap, which it touches before it starts. */
    static List<String> command(int heapMebibytes, String main, List<String> arguments) {
        List<String> options = new ArrayList<>(OPTIONS);
        options.add("-Xms" + heapMebibytes + "m");
        options.add("-Xmx" + heapMebibytes + "m");
        return command(options, main, arguments);
    }

    /**
     * A JVM with the options that this one has.
     *
     * @param main the main class
     * @param arguments what it gets
     * @return to be started
     */
    public static ProcessBuilder likeThisOne(String main, String... arguments) {
        return new ProcessBuilder(
                command(ManagementFactory.getRuntimeMXBean().getInputArguments(), main, List.of(arguments)));
    }

    /**
     * A JVM with the options that this one has, and with other classes in place of some of those.
     *
     * @param replaced a class of the jar or directory that is replaced
     * @param by the jar or directory that replaces it
     * @param main the main class
     * @param arguments what it gets
     * @return to be started
     */
    public static ProcessBuilder likeThisOneWith(Class<?> replaced, Path by, String main, String... arguments) {
        String classPath = replaced(System.getProperty("java.class.path"), source(replaced), by);
        return new ProcessBuilder(command(ManagementFactory.getRuntimeMXBean().getInputArguments(), classPath, main,
                List.of(arguments)));
    }

    private static Path source(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    /** {@return a class path with one entry replaced} */
    static String replaced(String classPath, Path entry, Path by) {
        List<String> entries = new ArrayList<>(List.of(classPath.split(File.pathSeparator, -1)));
        List<Path> paths = entries.stream().map(it -> Path.of(it).toAbsolutePath().normalize()).toList();
        int index = paths.indexOf(entry.toAbsolutePath().normalize());
        if (index < 0 || !Files.exists(by)) {
            throw new IllegalArgumentException(index < 0
                    ? "Nothing on the class path is " + entry + ": " + classPath
                    : "No such jar or directory: " + by);
        }
        entries.set(index, by.toString());
        return String.join(File.pathSeparator, entries);
    }

    private static List<String> command(List<String> options, String main, List<String> arguments) {
        return command(options, System.getProperty("java.class.path"), main, arguments);
    }

    private static List<String> command(List<String> options, String classPath, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(arguments);
        return command;
    }

    /**
     * Waits a while until a process has ended, and ends it if it does not.
     *
     * @param process which one
     */
    public static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
