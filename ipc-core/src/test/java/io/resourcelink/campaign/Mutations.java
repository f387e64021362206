package io.resourcelink.campaign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes code of this library, one place at a time, and looks whether a test notices. PIT does it, which only the profile {@code
 * mutation} has on the class path. Code that was changed may write, remove and allocate what it should not. So each JVM that runs it
 * has a small heap, and directories that are removed when all have ended.
 */
public final class Mutations {

    private static final String BEGIN = "| part | changes | a test fails | a test does not end | not noticed | not run | score |";

    /** An environment variable that all JVMs of a run inherit. They are found by it when they have to be ended. */
    private static final String MARK = "IPC_MUTATION";

    private Mutations() {}

    /**
     * Runs all parts, or some, and writes the figures to {@code reliability.md}. Ends with 1 if fewer changes were noticed than a part's
     * floor says.
     *
     * @param arguments {@code --only} and {@code --documentation} as in {@link CampaignOptions}, behind them the directory for reports
     * @throws Exception if a part could not be run
     */
    public static void main(String[] arguments) throws Exception {
        Path reports = Path.of(arguments[arguments.length - 1]);
        CampaignOptions options = CampaignOptions.parse(List.of(arguments).subList(0, arguments.length - 1)
                .toArray(String[]::new));
        boolean enough = true;
        for (MutatedCode code : MutatedCode.all()) {
            if (options.includes(code.name())) {
                MutationCounts counts = run(code, reports.resolve(code.name()));
                System.out.println(BEGIN + "\n" + counts.row(code.name()));
                enough &= counts.score() >= code.floor();
                document(options.documentation().resolve("reliability.md"), code.name(), counts);
            }
        }
        System.exit(enough ? 0 : 1);
    }

    private static MutationCounts run(MutatedCode code, Path report) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.make()) {
            ProcessBuilder builder = new ProcessBuilder(command(code, report, scratch)).inheritIO();
            builder.environment().put(MARK, scratch.path().toString());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> endAll(scratch.path())));
            int status = builder.start().waitFor();
            endAll(scratch.path());
            if (status != 0) {
                throw new IllegalStateException("PIT has failed with " + status + " at " + code.name()
                        + ". The tests must succeed before the code is changed.");
            }
        }
        return MutationCounts.parse(Files.readAllLines(report.resolve("mutations.csv")));
    }

    /** Ends all JVMs of a run. One in which changed code runs for ever would outlive the one that has started it. */
    private static void endAll(Path scratch) {
        ProcessHandle.allProcesses().filter(process -> isMarked(process, scratch))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean isMarked(ProcessHandle process, Path scratch) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
            return Arrays.asList(new String(environment, StandardCharsets.ISO_8859_1).split("\0", -1))
                    .contains(MARK + "=" + scratch);
        } catch (IOException _) {
            return false;
        }
    }

    private static List<String> command(MutatedCode code, Path report, Scratch scratch) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-cp", System.getProperty("java.class.path"),
                "org.pitest.mutationtest.commandline.MutationCoverageReport"));
        Map<String, String> options = new LinkedHashMap<>();
        options.put("--targetClasses", String.join(",", code.classes()));
        options.put("--targetTests", String.join(",", code.tests()));
        options.put("--sourceDirs", "ipc-core/src/main/java");
        options.put("--reportDir", report.toString());
        options.put("--timestampedReports", "false");
        options.put("--outputFormats", "CSV,HTML");
        options.put("--threads", "1");
        options.put("--timeoutConst", "5000");
        options.put("--jvmPath", java);
        options.put("--jvmArgs", String.join(",", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
                "-Dipc.test.directory=" + scratch.directory("shared"),
                "-Djava.io.tmpdir=" + scratch.directory("files")));
        options.forEach((name, value) -> command.addAll(List.of(name, value)));
        return command;
    }

    private static void document(Path file, String part, MutationCounts counts) throws IOException {
        Files.writeString(file, documented(Files.readString(file), part, counts));
    }

    /** {@return a document with new figures of one part} The rows of the other parts stay as they are. */
    static String documented(String text, String part, MutationCounts counts) {
        List<String> rows = new ArrayList<>();
        for (MutatedCode code : MutatedCode.all()) {
            if (code.name().equals(part)) {
                rows.add(counts.row(part));
            } else {
                text.lines().filter(line -> line.startsWith("| `" + code.name() + "` |")
                        && line.endsWith("% |")).forEach(rows::add);
            }
        }
        return Campaign.replaced(text, "mutations",
                BEGIN + "\n|---|---:|---:|---:|---:|---:|---:|\n" + String.join("\n", rows));
    }
}
