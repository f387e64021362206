package io.resourcelink.internal.os;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What people call a process. It is the first of these that is there: the name of the Spring application, if the command line
 * sets it; the jar file or the main class of a Java process; the name that the kernel shows in {@code /proc/<pid>/comm}. A name
 * that is set in a file or in the environment cannot be seen from outside.
 */
final class ProcessName {

    private static final String APPLICATION = "spring.application.name=";

    /** Options of java(1) whose value is the next argument. */
    private static final Set<String> WITH_VALUE = Set.of("-cp", "-classpath", "--class-path", "-p", "--module-path",
            "--upgrade-module-path", "--add-modules", "--limit-modules", "--add-reads", "--add-exports", "--add-opens",
            "--patch-module", "--enable-native-access", "--source");

    /** Options of java(1) whose value is what it runs. */
    private static final Set<String> PROGRAM = Set.of("-jar", "-m", "--module");

    private ProcessName() {}

    /**
     * Chooses the name.
     *
     * @param command the command line, proc_pid_cmdline(5)
     * @param otherwise the name of a process whose command line does not say more
     */
    static String of(List<String> command, String otherwise) {
        return argument(command, "--" + APPLICATION).or(() -> argument(command, "-D" + APPLICATION))
                .or(() -> Optional.ofNullable(isJava(command) ? program(command) : null)).orElse(otherwise);
    }

    private static Optional<String> argument(List<String> command, String prefix) {
        return command.stream().filter(argument -> argument.startsWith(prefix))
                .map(argument -> argument.substring(prefix.length())).filter(name -> !name.isBlank()).findFirst();
    }

    private static boolean isJava(List<String> command) {
        return fileName(command.getFirst()).equals("java");
    }

    /** {@return the jar file, the main class or the module; {@code null} if a file of arguments says which it is} */
    private static @Nullable String program(List<String> command) {
        for (int i = 1; i < command.size(); i++) {
            String argument = command.get(i);
            boolean last = i == command.size() - 1;
            if (argument.startsWith("@") || argument.isEmpty()) {
                return null;
            }
            if (PROGRAM.contains(argument)) {
                return last ? null : shortened(command.get(i + 1));
            }
            if (!argument.startsWith("-")) {
                return shortened(argument);
            }
            if (WITH_VALUE.contains(argument)) {
                i++;
            }
        }
        return null;
    }

    /** A file without its directories. The name of a module and its main class has a slash, too. */
    private static String shortened(String program) {
        return program.endsWith(".jar") || program.endsWith(".java") ? fileName(program) : program;
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
