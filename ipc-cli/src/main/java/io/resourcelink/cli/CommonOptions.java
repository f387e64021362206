package io.resourcelink.cli;

import java.nio.file.Path;
import java.util.List;

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

    @Option(names = "--trusted-owners", paramLabel = "USER", split = ",", scope = ScopeType.INHERIT, description = """
            Names or numbers of users who share the directory with this user by its group.
            Their segments are used like one's own. Needed by root, too.""")
    private List<String> trustedOwners = List.of();

    @Option(names = "--directory-group", paramLabel = "GROUP", scope = ScopeType.INHERIT, description = """
            Name or number of the group of a directory that is made.""")
    private @Nullable String directoryGroup;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure, too.")
    private boolean debug;

    CommonOptions(StandardStreams streams) {
        this.streams = streams;
    }

    StandardStreams streams() {
        return streams;
    }

    Location location() {
        return new Location(directory, kind, new Sharing(trustedOwners, directoryGroup), null);
    }

    boolean debug() {
        return debug;
    }
}
