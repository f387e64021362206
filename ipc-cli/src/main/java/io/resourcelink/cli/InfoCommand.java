package io.resourcelink.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.ResourceLinkInfo;

/** {@code ipc info}: one segment, in full. */
@Command(name = "info", description = """
        Shows one segment in full.
        Takes no reference.""")
final class InfoCommand implements Callable<Integer> {

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
        try (ResourceLinkFactory factory = location.openFor(key)) {
            ResourceLinkInfo segment = factory.info(key, location.keyKind())
                    .orElseThrow(() -> location.notFound(key));
            common.streams().print(output.format().segment(segment));
        }
        return ExitCode.OK;
    }
}
