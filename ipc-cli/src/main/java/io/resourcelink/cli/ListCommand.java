package io.resourcelink.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

import io.resourcelink.segment.ResourceLinkInfo;

/** {@code ipc ls}: all segments that have a name. */
@Command(name = "ls", description = """
        Lists all segments, sorted by key, of both kinds unless one is named.
        Takes no reference and disturbs nobody; no segments, no output.""")
final class ListCommand implements Callable<Integer> {

    private final IpcCommand ipc;

    @Mixin
    private final JsonOption output = new JsonOption();

    ListCommand(IpcCommand ipc) {
        this.ipc = ipc;
    }

    @Override
    public Integer call() throws IOException {
        List<ResourceLinkInfo> segments = ipc.location().segments();
        ipc.streams().print(output.format().segments(segments));
        return ExitCode.OK;
    }
}
