package io.resourcelink.boot.claim.http.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;

/**
 * Settings under {@code ipc.claims.fetch}.
 *
 * @param allowedOrigins Addresses from which payloads are fetched, such as "https://host:8443" or "https://*.example.org". None is
 * fetched by default.
 * @param sslBundle Name of the SSL bundle for https. By default the JDK's certificates are trusted.
 * @param connectTimeout Longest time to wait for a connection.
 */
@ConfigurationProperties("ipc.claims.fetch")
public record ClaimFetchProperties(@DefaultValue List<String> allowedOrigins, @Nullable String sslBundle,
        @DefaultValue("5s") @DurationUnit(ChronoUnit.SECONDS) Duration connectTimeout) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names the property
     */
    public ClaimFetchProperties {
        InvalidIpcPropertyException.throwUnless(connectTimeout.toMillis() >= 1, "ipc.claims.fetch.connect-timeout",
                connectTimeout, "at least 1ms");
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
