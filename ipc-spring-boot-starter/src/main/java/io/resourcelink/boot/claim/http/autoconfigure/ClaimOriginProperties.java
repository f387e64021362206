package io.resourcelink.boot.claim.http.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;

/**
 * Settings under {@code ipc.claims.origin}.
 *
 * @param enabled Whether this application's web server gives out the payloads of claims to other hosts.
 * @param path Path at which it does. Other hosts know it by itself only if it is the default.
 * @param maxResponses Number of payloads that are sent at the same time. Further requests are told to come back.
 */
@ConfigurationProperties("ipc.claims.origin")
public record ClaimOriginProperties(@DefaultValue("true") boolean enabled, @DefaultValue("/ipc/claims") String path,
        @DefaultValue("16") int maxResponses) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names the property
     */
    public ClaimOriginProperties {
        InvalidIpcPropertyException.throwUnless(path.matches("(/[A-Za-z0-9_.~-]+)+"), "ipc.claims.origin.path", path,
                "a path such as /ipc/claims, of letters, digits and - _ . ~");
        InvalidIpcPropertyException.throwUnless(maxResponses >= 1, "ipc.claims.origin.max-responses", maxResponses,
                "at least 1");
    }
}
