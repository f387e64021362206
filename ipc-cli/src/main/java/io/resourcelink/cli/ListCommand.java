package io.resourcelink.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceLinkInfo;

/** {@code ipc ls}: all segments that have a name. */
@Command(name = "ls", description = """
        Lists all segments, sorted by key, of both kinds unless one is named.
        Takes no reference. Prints nothing if there are no segments.
        Files of users who are not trusted are named on standard error.
        Exit code 1 if there is nothing else, or the given directory does
        not exist.""")
final class ListCommand implements Callable<Integer> {

    private static final int SHOWN = 5;

    private final CommonOptions common;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final JsonOption output = new JsonOption();

    ListCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        Location location = common.location();
        List<ResourceLinkInfo> segments = location.segments();
        common.streams().print(output.format().segments(segments));
        List<Skipped> untouchable = location.untouchable();
        if (segments.isEmpty() && !untouchable.isEmpty()) {
            throw new IOException(described(untouchable));
        }
        if (!untouchable.isEmpty()) {
            spec.commandLine().getErr().println("note: " + PrintableText.of(described(untouchable)));
        }
        return ExitCode.OK;
    }

    private static String described(List<Skipped> untouchable) {
        String files = untouchable.stream().limit(SHOWN).map(file -> file.key() + " (" + file.detail() + ")")
                .collect(Collectors.joining(", "));
        return untouchable.size() + (untouchable.size() == 1 ? " file was" : " files were") + " left out: " + files
                + (untouchable.size() > SHOWN ? ", ..." : "")
                + ". To see segments of other users, name the users with --trusted-owners";
    }
}
