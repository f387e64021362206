package io.resourcelink.boot.channel.autoconfigure;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;
import io.resourcelink.channel.Channel;

/**
 * Settings under {@code ipc.channels}.
 *
 * @param directory Directory where applications that exchange messages find each other. It must belong to this user
 * alone, unless it is shared with a group. By default ".channels" in the directory of the segments (ipc.directory).
 * @param directoryPermissions Permissions of the directory if it is created, such as "rwxrwx---" to share it with a group. By
 * default those of the directory of the segments (ipc.directory-permissions).
 * @param threshold Largest encoded message that is sent through the socket. Longer messages travel in a shared-memory
 * region.
 * @param credits Limits of what each sending process may have on its way: sent, and not yet handled.
 */
@ConfigurationProperties("ipc.channels")
public record IpcChannelProperties(@Nullable Path directory, @Nullable String directoryPermissions,
        @DefaultValue("16KB") DataSize threshold, @DefaultValue Credits credits) {

    private static final DataSize LARGEST_THRESHOLD = DataSize.ofKilobytes(32);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names the property
     */
    public IpcChannelProperties {
        if (directoryPermissions != null) {
            try {
                Channel.builder().directoryPermissions(PosixFilePermissions.fromString(directoryPermissions));
            } catch (IllegalArgumentException e) {
                throw new InvalidIpcPropertyException("ipc.channels.directory-permissions", directoryPermissions,
                        "nine characters such as rwxrwx---, with the permissions that the owner needs and no write"
                                + " permission for other users");
            }
        }
        InvalidIpcPropertyException.throwUnless(!threshold.isNegative() && threshold.compareTo(LARGEST_THRESHOLD) <= 0,
                "ipc.channels.threshold", threshold, "0 to 32KB");
    }

    /**
     * Settings under {@code ipc.channels.credits}.
     *
     * @param messages Number of messages that may be on their way.
     * @param bytes Size of messages that may be on their way, with the regions and links that they carry.
     * @param descriptors Number of file descriptors that messages on their way may carry: one for each region, link and
     * sender.
     */
    public record Credits(@DefaultValue("1024") int messages, @DefaultValue("16MB") DataSize bytes,
            @DefaultValue("256") int descriptors) {

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is out of range; the message names the property
         */
        public Credits {
            InvalidIpcPropertyException.throwUnless(messages >= 1, "ipc.channels.credits.messages", messages,
                    "at least 1");
            InvalidIpcPropertyException.throwUnless(bytes.toBytes() >= 1, "ipc.channels.credits.bytes", bytes,
                    "at least 1B");
            InvalidIpcPropertyException.throwUnless(descriptors >= 1, "ipc.channels.credits.descriptors", descriptors,
                    "at least 1");
        }

        /** {@return these credits as a channel takes them} */
        public io.resourcelink.channel.Credits credits() {
            return new io.resourcelink.channel.Credits(messages, bytes.toBytes(), descriptors);
        }
    }
}
