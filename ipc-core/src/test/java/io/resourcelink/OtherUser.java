package io.resourcelink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
     * @param main the main class
     * @param arguments what main gets
     * @return the command
     */
    public List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(prefix());
        List<String> java = new ArrayList<>(PeerProcess.java(main));
        java.add(1, "-XX:-UsePerfData");
        command.addAll(java);
        command.addAll(List.of(arguments));
        return command;
    }

    /** {@return the command in front of another one that runs it as this user} */
    public List<String> prefix() {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + group,
                groups.isEmpty()
                        ? "--clear-groups"
                        : "--groups=" + groups.stream().map(String::valueOf).collect(Collectors.joining(",")),
                "--inh-caps=-all", "--bounding-set=-all");
    }

    /**
     * Skips the test if this process cannot become another user, or that user cannot read the classes.
     *
     * @throws InterruptedException if interrupted
     */
    public void assumeCanRun() throws InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can be two users");
        try {
            Process process = new ProcessBuilder(command(OtherUser.class)).redirectErrorStream(true).start();
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
