package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.CreateOptions;

/** {@code ipc create}: makes a segment and holds it. */
@Command(name = "create", footer = CreateCommand.EXAMPLES, description = """
        Creates a segment, says so on one line once its payload is in place, and holds it.
        With --from it appears when it is complete, and is read-only.
        The last process to release it removes it, unless it was created with --keep.""")
final class CreateCommand implements Callable<Integer> {

    static final String EXAMPLES = """

            Examples:
              ipc create frames --size 64M         zeros, held until input ends
              ipc create model --from model.bin --hold 2h
              ipc create model --from model.bin --keep --ttl 1d --hold 0s
              zcat model.gz | ipc create model --from - --hold 2h
            """;

    private static final String STANDARD_INPUT = "-";

    private final CommonOptions common;

    @Parameters(paramLabel = "KEY", converter = KeyArgument.class, description = """
            The segment's key: a file name of at most 255 bytes.""")
    private String key = "";

    @ArgGroup(multiplicity = "1")
    private Contents contents = new Contents();

    @Option(names = "--ttl", paramLabel = "DURATION", converter = TimeSpan.class, description = """
            Time to live, as in 30s, 5m, 2h, 1d. It never ends the life of a segment that is held.
            Default: none.""")
    private @Nullable Duration ttl;

    @Option(names = "--keep", description = """
            Let the segment outlive its last reference until its TTL is over; without a TTL, until it is removed.""")
    private boolean keep;

    @Mixin
    private final Hold hold = new Hold();

    @Mixin
    private final JsonOption output = new JsonOption();

    CreateCommand(CommonOptions common) {
        this.common = common;
    }

    /** What the segment is made of: zeros, or bytes from somewhere. */
    static final class Contents {
        @Option(names = "--size", paramLabel = "BYTES", required = true, converter = ByteSize.class, description = """
                Size of the payload, all zeros: bytes, or units of 1024 as in 64k, 64M, 1G.""")
        private long size;

        @Option(names = "--from", paramLabel = "FILE", required = true, description = """
                Copy the payload from a file, or from standard input if FILE is '-'.""")
        private @Nullable String from;
    }

    @Override
    public Integer call() throws IOException {
        String from = contents.from;
        if (from == null) {
            return hold(factory -> factory.create(key, contents.size, options()));
        }
        if (from.equals(STANDARD_INPUT) && hold.untilInputEnds() && !keep) {
            throw new UsageException("--from - uses standard input up, so nothing would hold"
                    + " the segment: say for how long with --hold, or let it stay with --keep");
        }
        try (PayloadSource source = from.equals(STANDARD_INPUT)
                ? PayloadSource.spooled("standard input", common.streams().in())
                : PayloadSource.of(Path.of(from))) {
            return hold(factory -> factory.publish(key, source.payload(), options()));
        }
    }

    private CreateOptions options() {
        return new CreateOptions(common.location().keyKind(), ttl, keep);
    }

    private interface Creation {

        ResourceLink create(ResourceLinkFactory factory) throws IOException;
    }

    private int hold(Creation creation) throws IOException {
        try (var scope = new ExitScope()) {
            ResourceLinkFactory factory = common.location().open();
            scope.add(factory::close);
            ResourceLink link = creation.create(factory);
            common.streams().print(output.format().event("created", link.info()));
            hold.await(common.streams().in());
        }
        return ExitCode.OK;
    }
}
