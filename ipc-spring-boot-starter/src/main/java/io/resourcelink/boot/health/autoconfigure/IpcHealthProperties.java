package io.resourcelink.boot.health.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;

/**
 * Settings under {@code ipc.health}.
 *
 * @param threshold Number of bytes that must be free for new segments. With fewer, the health "ipc" is down and names
 * the limit.
 */
@ConfigurationProperties("ipc.health")
public record IpcHealthProperties(@DefaultValue("10MB") DataSize threshold) {

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if it is out of range; the message names the property
     */
    public IpcHealthProperties {
        InvalidIpcPropertyException.throwUnless(!threshold.isNegative(), "ipc.health.threshold", threshold,
                "0 or more");
    }
}
