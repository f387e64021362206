package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

import io.resourcelink.channel.ChannelInfo;

/** {@code ipc channels}: which destinations are served, and by which process. */
@Command(name = "channels", footer = ChannelsCommand.DETAILS, description = """
        Lists the destinations that are served, with the process that serves each, and the channels that serve none.
        Connects to no process, and no process notices it. Prints nothing if there are no channels.
        Looks into all processes this user may read; root sees them all.
        Exit code 1 if the given directory does not exist.""")
final class ChannelsCommand implements Callable<Integer> {

    static final String DETAILS = """

            DIR is a directory of segments with .channels in it, or a directory of
            channels. --kind makes no difference.

            KIND is single (one process serves the destination), queue (several
            compete for its messages) or topic (each gets all of them). Of a queue
            and a topic there is one line for each process that serves it.
            PROCESS is a process id; "dead" if the process has died and its name
            was not removed yet (the next channel that is opened there does it);
            "-" if the process lives and this user may not see which one it is.
            NAME is spring.application.name if it is on the command line, else the
            jar file or main class of a Java process, else the command's name.
            A process that waits until it can serve a destination (a stand-by)
            cannot be seen: at most its channel is listed, without a destination.

            JSON, with null for what is unknown:
              directory
              channels[]            destination (null if the channel serves none),
                                    kind (single, queue, topic; null likewise),
                                    address (name of its socket), alive, pid, name,
                                    since (when the name was made)

            Examples:
              ipc channels
              ipc channels --json | jq '.channels[] | select(.destination == "frames") | .pid'
            """;

    private final CommonOptions common;

    @Mixin
    private final JsonOption output = new JsonOption();

    ChannelsCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        Path directory = common.location().channels();
        common.streams().print(output.format().channels(directory, ChannelInfo.list(directory)));
        return ExitCode.OK;
    }
}
