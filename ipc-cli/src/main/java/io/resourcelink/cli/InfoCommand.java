package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.ResourceLinkInfo;

/** {@code ipc info}: one segment, in full. */
@Command(name = "info", footer = InfoCommand.DETAILS, description = """
        Shows one segment in full, and which processes hold it.
        Takes no reference. Looks into all processes this user may read; root sees them all.""")
final class InfoCommand implements Callable<Integer> {

    static final String DETAILS = """

            A process is shown with its id and a name: spring.application.name if it
            is on the command line, else the jar file or main class of a Java
            process, else the command's name.

            JSON, beside what ls has for each segment:
              nonce                 tells it from others that had or will have its
                                    key, as claims do
              holders[]             pid, name, mapped (has the memory), open (has
                                    the file)
              unreadableProcesses   how many processes could not be looked into,
                                    and may hold it
            """;

    private static final Path PROC = Path.of("/proc");

    private final CommonOptions common;

    @Parameters(paramLabel = "KEY", converter = KeyArgument.class, description = "The segment's key.")
    private String key = "";

    @Mixin
    private final JsonOption output = new JsonOption();

    InfoCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        Location location = common.location();
        var processes = new ProcessTable(PROC);
        try (ResourceLinkFactory factory = location.openFor(key)) {
            ResourceLinkInfo segment = factory.info(key, location.keyKind())
                    .orElseThrow(() -> location.notFound(key));
            processes.add(location.directory(segment.kind()), segment);
        }
        common.streams().print(output.format().segment(processes.scan()));
        return ExitCode.OK;
    }
}
