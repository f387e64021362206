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
        Takes no reference. Prints nothing if there are no segments.
        Exit code 1 if the given directory does not exist.""")
final class ListCommand implements Callable<Integer> {

    private final CommonOptions common;

    @Mixin
    private final JsonOption output = new JsonOption();

    ListCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        List<ResourceLinkInfo> segments = common.location().segments();
        common.streams().print(output.format().segments(segments));
        return ExitCode.OK;
    }
}
