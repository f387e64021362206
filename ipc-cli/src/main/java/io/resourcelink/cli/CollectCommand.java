package io.resourcelink.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.resourcelink.segment.OrphanReport;

/** {@code ipc gc}: removes the segments that no process holds. */
@Command(name = "gc", footer = CollectCommand.EXAMPLES, description = """
        Removes the segments that no process holds, of both kinds unless one is named.
        A segment that is held stays, expired or not; one that was created with --keep stays until its TTL is over. \
        Safe at any time, and in many processes at once.
        Exit code 1 if the system refused to remove an orphan.""")
final class CollectCommand implements Callable<Integer> {

    static final String EXAMPLES = """

            Examples:
              ipc gc --dry-run       what would go
              ipc gc --max-age 60s   leave alone what is younger than a minute
            """;

    private final CommonOptions common;

    @Option(names = "--max-age", paramLabel = "DURATION", converter = TimeSpan.class, description = """
            Leave segments alone that are younger, as in 500ms, 60s, 5m, 2h, 1d.
            Default: 0s.""")
    private Duration maxAge = Duration.ZERO;

    @Option(names = "--dry-run", description = "Only say what would be removed.")
    private boolean dryRun;

    @Mixin
    private final JsonOption output = new JsonOption();

    CollectCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        OrphanReport report = common.location().orphans(maxAge, dryRun);
        common.streams().print(output.format().collection(report, dryRun));
        long failed = report.skipped().stream().filter(skipped -> skipped.cause() == OrphanReport.Cause.FAILED).count();
        if (failed > 0) {
            throw new IOException(failed + " of the orphans could not be collected; the report says why");
        }
        return ExitCode.OK;
    }
}
