package io.resourcelink.cli;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import io.resourcelink.segment.ResourceKind;

/** What all subcommands have in common: the options that may stand before or behind their names, and the streams. */
final class CommonOptions {

    private final StandardStreams streams;

    @Option(names = "--directory", paramLabel = "DIR", scope = ScopeType.INHERIT, description = """
            Directory of the segments, and the only one looked at.
            Default: /dev/shm/ipc-<uid> for shared-memory, /var/tmp/ipc-<uid> for mapped-file.""")
    private @Nullable Path directory;

    @Option(names = "--kind", paramLabel = "KIND", scope = ScopeType.INHERIT, description = """
            Where the bytes live: ${COMPLETION-CANDIDATES}.
            Default: shared-memory where a KEY or DIR is given, else both.\
            """, converter = KindLabel.class, completionCandidates = KindLabel.class)
    private @Nullable ResourceKind kind;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure, too.")
    private boolean debug;

    CommonOptions(StandardStreams streams) {
        this.streams = streams;
    }

    StandardStreams streams() {
        return streams;
    }

    Location location() {
        return new Location(directory, kind);
    }

    boolean debug() {
        return debug;
    }
}
