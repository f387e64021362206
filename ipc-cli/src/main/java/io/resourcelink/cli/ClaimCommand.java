package io.resourcelink.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ipc claim}: what can be done with the text of a claim. */
@Command(name = "claim", description = "Looks into claims, and opens those of this host.", footer = """

        Examples:
          ipc claim show ipc1.0011...                 what it says
          ipc claim show - --secret-file secrets.txt  whether it is signed right
          ipc claim open - --out frames.bin           its payload, on the host that has it
        """)
final class ClaimCommand {

    private ClaimCommand() {}

    static CommandLine commandLine(CommonOptions common) {
        return new CommandLine(new ClaimCommand()).addSubcommand(new ClaimShowCommand(common))
                .addSubcommand(new ClaimOpenCommand(common));
    }
}
