package io.resourcelink;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A user without privileges, as whom root runs a process. Needs {@code setpriv}.
 *
 * @param user the user's number
 * @param group the number of the user's first group
 * @param groups the numbers of the user's other groups
 */
public record OtherUser(int user, int group, List<Integer> groups) {

    /**
     * The command that runs a main class as this user.
     *
     * @param classPath where the classes are
     * @param main the name of the main class
     * @param arguments what main gets
     * @return the command
     */
    public List<String> command(String classPath, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + group,
                groups.isEmpty()
                        ? "--clear-groups"
                        : "--groups=" + groups.stream().map(String::valueOf).collect(Collectors.joining(",")),
                "--inh-caps=-all", "--bounding-set=-all"));
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:-UsePerfData", "-cp",
                classPath, main));
        command.addAll(List.of(arguments));
        return command;
    }

    /** {@return the class path of this process} */
    public static String classPath() {
        return System.getProperty("java.class.path");
    }

    /**
     * Copies what other users cannot read, such as the libraries below the home directory of root.
     *
     * @param copies where the copies go
     * @return the class path of this process, with the copies in place of their originals
     * @throws IOException if it cannot
     */
    public static String readableClassPath(Path copies) throws IOException {
        List<String> readable = new ArrayList<>();
        for (String entry : classPath().split(File.pathSeparator, -1)) {
            Path file = Path.of(entry).toAbsolutePath();
            if (Files.isRegularFile(file) && !isReadable(file)) {
                file = Files.copy(file, copies.resolve(readable.size() + "-" + file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            readable.add(file.toString());
        }
        return String.join(File.pathSeparator, readable);
    }

    private static boolean isReadable(Path file) throws IOException {
        boolean readable = Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        for (Path above = file.getParent(); above != null; above = above.getParent()) {
            readable &= Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE);
        }
        return readable;
    }

    /**
     * Skips the test if this process cannot become another user, or that user cannot read the classes.
     *
     * @param classPath where the classes are
     * @throws InterruptedException if interrupted
     */
    public void assumeCanRun(String classPath) throws InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can be two users");
        try {
            Process process = new ProcessBuilder(command(classPath, OtherUser.class.getName()))
                    .redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assumeTrue(process.waitFor() == 0 && output.contains("can run"),
                    "another user cannot run the test's classes: " + output);
        } catch (IOException e) {
            assumeTrue(false, "there is no setpriv: " + e.getMessage());
        }
    }

    /**
     * Says that this class can be run.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        System.out.println("can run");
    }
}
