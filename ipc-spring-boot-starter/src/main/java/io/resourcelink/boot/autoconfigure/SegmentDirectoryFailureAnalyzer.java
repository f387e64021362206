package io.resourcelink.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.UnsuitableDirectoryException;

/** Says which properties to set if a directory cannot be used or cannot be watched. */
final class SegmentDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<IpcException> {

    private static final String ELSEWHERE = """
            Set ipc.directory to a directory of this user on a tmpfs (below /dev/shm), and ipc.mapped-file-directory to
            one on a local disk. To see what is wrong with one: ipc --directory DIR doctor.""";

    SegmentDirectoryFailureAnalyzer() {}

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, IpcException cause) {
        String action = switch (cause) {
            case UnsuitableDirectoryException _ -> ELSEWHERE;
            case PermissionException _ -> ELSEWHERE
                    + """


                            To share a directory with a group, set ipc.directory-group, ipc.directory-permissions=rwxrwx---,
                            ipc.segment-permissions=rw-rw---- and ipc.trusted-owners=<names or numbers of the others> in all
                            applications.""";
            case OsException os when os.call().startsWith("inotify") -> """
                    Raise the limits fs.inotify.max_user_instances and fs.inotify.max_user_watches, or set
                    ipc.gc.watch=false: orphans are then collected by the scheduled sweep alone.""";
            case OsException _ -> ELSEWHERE;
            default -> null;
        };
        return action == null ? null : new FailureAnalysis(String.valueOf(cause.getMessage()), action, cause);
    }
}
