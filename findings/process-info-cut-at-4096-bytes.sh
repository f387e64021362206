#!/usr/bin/env bash
# ProcessHandle.Info loses the arguments of a process whose command line is longer than 4096 bytes.
#
# Library    the JDK: java.lang.ProcessHandle.Info
# Seen with  OpenJDK 25.0 (Temurin), Linux, x86-64
#
# What happens  The class path of a JVM often takes more than 4096 bytes of its command line. For such a process, arguments() is empty,
#               as if the process belonged to another user, and commandLine() is present and ends after 4096 bytes, in the middle of
#               an argument. Nothing says that something is missing. /proc/PID/cmdline has everything. So the main class, or an
#               option behind the class path, cannot be found this way. The documentation of commandLine() mentions limits of the
#               system, of which Linux has none here.
# Output        longest argument 1000: 4 arguments, the command line has 1044 characters; it is of 1034 bytes
#               longest argument 5000: no arguments, the command line has 4096 characters; it is of 5034 bytes
#               (The name of the program is shown with its path, so the first one is longer than what was typed.)
#
# Fails if the arguments of the longer one are there, or its command line is whole.
set -euo pipefail

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
version=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
if [ "${version%%.*}" -lt 25 ]; then
  echo "JAVA_HOME must be a JDK 25 or newer; this one is $version." >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/LongCommand.java" <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;

class LongCommand {

    public static void main(String[] arguments) throws Exception {
        boolean whole = look(1_000);
        boolean cut = !look(5_000);
        System.exit(whole && cut ? 0 : 1);
    }

    /** Returns whether everything is there. */
    private static boolean look(int length) throws Exception {
        // sh waits for its input, and has two further arguments.
        Process process = new ProcessBuilder("sh", "-c", "echo ready; read line", "x".repeat(length), "last").start();
        try {
            process.inputReader().readLine();
            ProcessHandle.Info info = process.toHandle().info();
            int real = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline")).length;
            // As many spaces as there are zeros between the arguments, and none at the end.
            String line = info.commandLine().orElse("");
            String seen = info.arguments().map(all -> all.length + " arguments").orElse("no arguments");
            System.out.println("longest argument " + length + ": " + seen + ", the command line has "
                    + line.length() + " characters; it is of " + real + " bytes");
            return info.arguments().isPresent() && line.endsWith("last");
        } finally {
            process.outputWriter().close();
            process.waitFor();
        }
    }
}
JAVA
"$java" -version 2>&1 | head -1
"$java" "$work/LongCommand.java"
