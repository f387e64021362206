package io.resourcelink.boot.claim.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;
import io.resourcelink.claim.ClaimSigner;

/**
 * Settings under {@code ipc.claims}.
 *
 * @param secrets Secrets in Base64, of 32 random bytes or more each (openssl rand -base64 32). The first one signs claims, and each of
 * them is accepted. All hosts need the same ones. Without a secret, claims are not signed and can be opened on this host only.
 * @param hostId What identifies this host where machines were cloned, or where containers that share a directory of mapped files
 * have different machine ids. The default is the content of /etc/machine-id.
 * @param origins Addresses at which other hosts get the payloads that this application publishes, for example https://host:8443. At most
 * 4. The path /ipc/claims is added to an address without a path.
 * @param fetchTimeout How long to wait at most for a payload that is on another host.
 */
@ConfigurationProperties("ipc.claims")
public record IpcClaimsProperties(@DefaultValue List<String> secrets, @Nullable String hostId,
        @DefaultValue List<URI> origins,
        @DefaultValue("60s") @DurationUnit(ChronoUnit.SECONDS) Duration fetchTimeout) {

    private static final String SECRETS = "ipc.claims.secrets";

    /** One that Spring has not replaced. Base64 has none of {@code ${}}, so this is no part of a secret. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[\\w.-]+}");

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names the property and shows no secret
     */
    public IpcClaimsProperties {
        secrets = List.copyOf(secrets);
        origins = List.copyOf(origins);
        if (!secrets.isEmpty()) {
            ensureUsable(secrets);
        }
        InvalidIpcPropertyException.throwUnless(hostId == null || !hostId.isBlank(), "ipc.claims.host-id", hostId,
                "not blank");
        InvalidIpcPropertyException.throwUnless(fetchTimeout.isPositive(), "ipc.claims.fetch-timeout", fetchTimeout,
                "more than 0");
        InvalidIpcPropertyException.throwUnless(
                origins.size() <= 4 && origins.stream().allMatch(IpcClaimsProperties::isValid),
                "ipc.claims.origins", origins,
                "at most 4 addresses, http or https, with a host and without user, query and fragment");
    }

    private static void ensureUsable(List<String> secrets) {
        try {
            ClaimSigner.ofBase64(secrets);
        } catch (IllegalArgumentException e) {
            String why = secrets.stream().map(PLACEHOLDER::matcher).filter(Matcher::find).findFirst()
                    .map(placeholder -> "nothing has set " + placeholder.group())
                    .orElse(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
            throw new InvalidIpcPropertyException(SECRETS, "refused: " + why,
                    "a list of Base64 texts of 32 random bytes or more (openssl rand -base64 32)");
        }
    }

    private static boolean isValid(URI origin) {
        String scheme = origin.getScheme();
        return scheme != null && (scheme.equals("http") || scheme.equals("https")) && origin.getHost() != null
                && origin.getRawUserInfo() == null && origin.getRawQuery() == null && origin.getRawFragment() == null;
    }
}
