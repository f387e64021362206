package io.resourcelink.boot.channel.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says which property to set if the directory of channels cannot be used. It is not the directory of the segments. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ChannelDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<ChannelDirectoryException> {

    ChannelDirectoryFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ChannelDirectoryException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()),
                """
                        Set ipc.channels.directory to a directory that belongs to this user alone (mode 700), or to a path whose
                        parent exists: then the directory is created. Applications that exchange messages need the same directory.

                        To share the directory with a group, set ipc.directory-group, ipc.directory-permissions=rwxrwx--- and
                        ipc.trusted-owners=<names or numbers of the others> in all applications.""",
                cause);
    }
}
