package io.resourcelink.boot.channel.autoconfigure;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;

/** The application's channel could not be opened: its directory cannot be used, for instance. */
final class ChannelDirectoryException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ChannelDirectoryException(@Nullable String directory, IpcException cause) {
        super("The channel of messages could not be opened in "
                + (directory == null ? "its default directory" : directory) + ": " + cause.getMessage(), cause);
    }
}
