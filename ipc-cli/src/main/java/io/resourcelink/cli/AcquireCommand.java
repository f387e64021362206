package io.resourcelink.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/** {@code ipc acquire}: holds a segment that another process has created. */
@Command(name = "acquire", footer = AcquireCommand.EXAMPLES, description = """
        Acquires a segment, says so on one line, and holds it.
        The last process to release it removes it, unless it was created with --keep.""")
final class AcquireCommand implements Callable<Integer> {

    static final String EXAMPLES = """

            Examples:
              ipc acquire frames               hold it until input ends
              ipc acquire frames --hold 5m &   keep it alive while its producer restarts
            """;

    private final CommonOptions common;

    @Parameters(paramLabel = "KEY", converter = KeyArgument.class, description = "The segment's key.")
    private String key = "";

    @Option(names = "--count", paramLabel = "N", description = "How many references to hold. Default: 1.")
    private int count = 1;

    @Mixin
    private final Hold hold = new Hold();

    @Mixin
    private final JsonOption output = new JsonOption();

    AcquireCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        if (count < 1) {
            throw new UsageException("Invalid value for option '--count': " + count + " is less than 1");
        }
        Location location = common.location();
        try (var scope = new ExitScope()) {
            ResourceLinkFactory factory = location.openFor(key);
            scope.add(factory::close);
            ResourceLink link = factory.acquire(key, location.keyKind());
            for (int more = 1; more < count; more++) {
                link.retain();
            }
            common.streams().print(output.format().event("acquired", link.info()));
            hold.await(common.streams().in());
        }
        return ExitCode.OK;
    }
}
