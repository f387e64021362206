package io.resourcelink.boot.channel.autoconfigure;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;

/** The channel of the application cannot be opened, for example because its directory cannot be used. */
final class ChannelDirectoryException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ChannelDirectoryException(@Nullable Path directory, IpcException cause) {
        super("The channel of messages could not be opened in "
                + (directory == null ? "its default directory" : directory) + ": " + cause.getMessage(), cause);
    }
}
