package io.resourcelink.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/** {@code ipc cat}: writes a payload out. */
@Command(name = "cat", footer = CatCommand.EXAMPLES, description = """
        Acquires a segment, writes its payload out, and releases it.""")
final class CatCommand implements Callable<Integer> {

    static final String EXAMPLES = """

            Examples:
              ipc cat frames | hexdump -C | head
              ipc cat frames --out /var/tmp/frames.bin
            """;

    private final CommonOptions common;

    @Parameters(paramLabel = "KEY", converter = KeyArgument.class, description = "The segment's key.")
    private String key = "";

    @Mixin
    private final PayloadOutput output = new PayloadOutput();

    CatCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        Location location = common.location();
        try (var scope = new ExitScope()) {
            ResourceLinkFactory factory = location.openFor(key);
            scope.add(factory::close);
            ResourceLink link = factory.acquire(key, location.keyKind());
            output.write(link, common.streams(), scope);
        }
        return ExitCode.OK;
    }
}
