package io.resourcelink.boot.channel.autoconfigure;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;

/**
 * Settings under {@code ipc.channels}.
 *
 * @param directory Directory where applications that exchange messages find each other. It must belong to this user
 * alone. By default ".channels" in "/dev/shm/ipc-" followed by the numeric id of the user, independent of the directory
 * of the segments.
 * @param threshold Largest encoded message that is sent through the socket. Longer messages travel in a shared-memory
 * region.
 * @param credits Limits of what each sending process may have sent and the receiver has not received.
 */
@ConfigurationProperties("ipc.channels")
public record IpcChannelProperties(@Nullable Path directory, @DefaultValue("16KB") DataSize threshold,
        @DefaultValue Credits credits) {

    private static final DataSize LARGEST_THRESHOLD = DataSize.ofKilobytes(32);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names the property
     */
    public IpcChannelProperties {
        InvalidIpcPropertyException.throwUnless(!threshold.isNegative() && threshold.compareTo(LARGEST_THRESHOLD) <= 0,
                "ipc.channels.threshold", threshold, "0 to 32KB");
    }

    /**
     * Settings under {@code ipc.channels.credits}.
     *
     * @param messages Number of messages that may be unreceived.
     * @param bytes Size of the encoded messages that may be unreceived.
     * @param descriptors Number of file descriptors that unreceived messages may carry: one for each region, link and
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
    }
}
