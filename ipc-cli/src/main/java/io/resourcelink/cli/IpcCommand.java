package io.resourcelink.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The command {@code ipc}: all of its subcommands put together.
 *
 * <p>Each subcommand is one class of this package. It opens a factory, does its work, prints one document and closes the
 * factory. Only {@code create} and {@code acquire} stay, as long as they hold their references. A signal ends them as
 * properly as the end of their input does. After {@code SIGKILL} the kernel releases what they held.
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
              ipc claim show -                    what a claim on standard input says
              ipc channels                        which process serves which destination
              ipc doctor                          whether it can work here, and which process holds what
              source <(ipc generate-completion)   completion for this shell
            """;

    private IpcCommand() {}

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

    private static void addHelp(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new ManifestVersion());
        command.getSubcommands().values().forEach(IpcCommand::addHelp);
    }

    static CommandLine commandLine(StandardStreams streams) {
        var common = new CommonOptions(streams);
        var commandLine = new CommandLine(new IpcCommand());
        commandLine.getCommandSpec().addMixin("common", CommandSpec.forAnnotatedObject(common));
        commandLine.addSubcommand(new ListCommand(common)).addSubcommand(new InfoCommand(common))
                .addSubcommand(new CreateCommand(common)).addSubcommand(new CatCommand(common))
                .addSubcommand(new AcquireCommand(common)).addSubcommand(new CollectCommand(common))
                .addSubcommand(new RemoveCommand(common)).addSubcommand(new ChannelsCommand(common))
                .addSubcommand(ClaimCommand.commandLine(common)).addSubcommand(new DoctorCommand(common));
        commandLine.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new ManifestVersion());
        commandLine.getSubcommands().values().forEach(IpcCommand::addHelp);
        commandLine.addSubcommand(new HelpCommand()).addSubcommand(new GenerateCompletion());
        var errors = new ErrorLine(common);
        // A key may begin with '@', which picocli would take for the name of a file full of arguments.
        return commandLine.setExpandAtFiles(false).setUsageHelpAutoWidth(true)
                .setOut(new PrintWriter(new OutputStreamWriter(streams.out(), StandardCharsets.UTF_8), true))
                .setErr(new PrintWriter(new OutputStreamWriter(streams.err(), StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler(errors).setExecutionExceptionHandler(errors);
    }
}
