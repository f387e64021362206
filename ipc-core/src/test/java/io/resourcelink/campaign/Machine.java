package io.resourcelink.campaign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a campaign ran with and on. */
final class Machine {

    private Machine() {}

    /** {@return kernel, processors and JDK, without a comma} */
    static String description() {
        return "Linux " + System.getProperty("os.version") + " " + System.getProperty("os.arch") + "; "
                + Runtime.getRuntime().availableProcessors() + " processors; "
                + System.getProperty("java.vm.vendor").replace(',', ' ') + " " + Runtime.version();
    }

    /**
     * {@return the first digits of the commit that is checked out} With {@code +} behind it if a file was changed since; the campaign's
     * own results do not count.
     */
    static String commit(Path root) throws IOException, InterruptedException {
        List<String> changed = git(root, "status", "--porcelain", "--untracked-files=no", "--", "*.java", "*.xml");
        List<String> commit = git(root, "rev-parse", "--short=10", "HEAD");
        return commit.isEmpty() ? "unknown" : commit.getFirst() + (changed.isEmpty() ? "" : "+");
    }

    private static List<String> git(Path root, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(false).start();
        List<String> lines;
        try (var reader = git.inputReader(StandardCharsets.UTF_8)) {
            lines = reader.lines().toList();
        }
        return git.waitFor() == 0 ? lines : List.of();
    }
}
