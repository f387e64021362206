package io.resourcelink.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import io.resourcelink.segment.ResourceKind;

/**
 * The command {@code ipc}, and the options that all of its subcommands share.
 *
 * <p>Every subcommand is one class of this package and one short life: it opens a factory, does its work, prints one
 * document and lets go. Only {@code create} and {@code acquire} stay, for as long as they hold their references; a
 * signal ends them as properly as the end of their input does, and after {@code SIGKILL} the kernel lets go for them.
 */
@Command(name = "ipc", footer = IpcCommand.FOOTER, description = "Looks after this host's shared-memory segments.")
public final class IpcCommand {

    static final String FOOTER = """

            Exit codes: 0 done; 1 the operation failed, one line on standard error says why; 2 wrong usage.

            Examples:
              ipc ls                              what is there, and how many hold it
              ipc ls --json | jq '.segments[] | select(.expired)'
              ipc create frames --size 64M        make a segment, hold it until input ends
              ipc gc --max-age 60s --dry-run      what a collection would remove
              ipc doctor                          whether it can work here, and which process holds what
              source <(ipc generate-completion)   completion for this shell
            """;

    private final StandardStreams streams;

    @Option(names = "--directory", paramLabel = "DIR", scope = ScopeType.INHERIT, description = """
            Directory of the segments, and the only one looked at.
            Default: /dev/shm/ipc-<uid> for shared-memory, /var/tmp/ipc-<uid> for mapped-file.""")
    private @Nullable Path directory;

    @Option(names = "--kind", paramLabel = "KIND", scope = ScopeType.INHERIT, description = """
            Where the bytes live: ${COMPLETION-CANDIDATES}.
            Default: shared-memory where a KEY or DIR is given, else both.\
            """, converter = KindLabel.class, completionCandidates = KindLabel.class)
    private @Nullable ResourceKind kind;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure, too.")
    private boolean debug;

    private IpcCommand(StandardStreams streams) {
        this.streams = streams;
    }

    /**
     * Runs the command; the JVM ends with its exit code.
     *
     * @param arguments what was typed after the command's name
     */
    public static void main(String[] arguments) {
        int exitCode = commandLine(StandardStreams.ofProcess()).execute(arguments);
        // Simply returning is 0 as well, and 30 ms faster: since JDK 21, exit starts the JDK's logging first.
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    static CommandLine commandLine(StandardStreams streams) {
        var ipc = new IpcCommand(streams);
        var commandLine = new CommandLine(ipc).addSubcommand(new ListCommand(ipc)).addSubcommand(new InfoCommand(ipc))
                .addSubcommand(new CreateCommand(ipc)).addSubcommand(new CatCommand(ipc))
                .addSubcommand(new AcquireCommand(ipc)).addSubcommand(new CollectCommand(ipc))
                .addSubcommand(new RemoveCommand(ipc)).addSubcommand(new DoctorCommand(ipc));
        commandLine.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new ManifestVersion());
        for (CommandLine subcommand : commandLine.getSubcommands().values()) {
            subcommand.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new ManifestVersion());
        }
        commandLine.addSubcommand(new HelpCommand()).addSubcommand(new GenerateCompletion());
        var errors = new ErrorLine(ipc);
        // A key may begin with '@', which picocli would take for the name of a file full of arguments.
        return commandLine.setExpandAtFiles(false).setUsageHelpAutoWidth(true)
                .setOut(new PrintWriter(new OutputStreamWriter(streams.out(), StandardCharsets.UTF_8), true))
                .setErr(new PrintWriter(new OutputStreamWriter(streams.err(), StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler(errors).setExecutionExceptionHandler(errors);
    }

    StandardStreams streams() {
        return streams;
    }

    Location location() {
        return new Location(directory, kind);
    }

    boolean debug() {
        return debug;
    }
}
