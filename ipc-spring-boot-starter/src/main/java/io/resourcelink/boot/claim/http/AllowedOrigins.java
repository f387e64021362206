package io.resourcelink.boot.claim.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

import io.resourcelink.claim.Claim;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

/**
 * The hosts that a fetcher connects to. A claim names addresses, and only those with exactly one of these schemes, hosts and ports
 * are used. Immutable and thread-safe.
 */
final class AllowedOrigins {

    private static final String ANY_LABEL = "*.";

    private final List<Allowed> allowed;

    AllowedOrigins(List<String> origins) {
        this.allowed = origins.stream().map(AllowedOrigins::parse).toList();
    }

    /** {@return a claim's addresses that are allowed, in the claim's order; one or more} */
    List<URI> of(Claim claim) {
        if (claim.origins().isEmpty()) {
            throw new ClaimUnavailableException(claim.key(),
                    "it is on another host, and was published without an address at"
                            + " which other hosts get it",
                    null);
        }
        if (allowed.isEmpty()) {
            throw new ClaimUnavailableException(claim.key(), "it is on another host, and this process fetches from none"
                    + " (ipc.claims.fetch.allowed-origins is empty)", null);
        }
        List<URI> usable = new ArrayList<>();
        for (URI origin : claim.origins()) {
            Allowed wanted = Allowed.of(origin);
            if (allowed.stream().anyMatch(one -> one.allows(wanted))) {
                usable.add(origin);
            }
        }
        if (usable.isEmpty()) {
            throw new InvalidClaimException("none of its origins " + claim.origins().stream().map(Allowed::of).map(
                    Allowed::toString).collect(Collectors.joining(", "))
                    + " is allowed here (ipc.claims.fetch.allowed-origins)");
        }
        return usable;
    }

    private static Allowed parse(String text) {
        boolean anyLabel = text.contains("://" + ANY_LABEL);
        URI uri;
        try {
            uri = URI.create(anyLabel ? text.replace("://" + ANY_LABEL, "://") : text);
        } catch (IllegalArgumentException _) {
            throw refused(text);
        }
        if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) || uri.getHost() == null
                || !List.of("", "/").contains(Objects.requireNonNullElse(uri.getRawPath(), ""))
                || uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw refused(text);
        }
        Allowed one = Allowed.of(uri);
        return anyLabel ? new Allowed(one.scheme(), '.' + one.host(), one.port()) : one;
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "An allowed origin is a scheme, a host and a port, such as https://host:8443 or"
                        + " https://*.example.org; it was \"" + text + "\".");
    }

    /** A host that begins with a dot stands for all hosts with one label in front of it. */
    private record Allowed(String scheme, String host, int port) {

        static Allowed of(URI uri) {
            int standard = uri.getScheme().equals("https") ? 443 : 80;
            return new Allowed(uri.getScheme(), uri.getHost().toLowerCase(Locale.ROOT),
                    uri.getPort() < 0 ? standard : uri.getPort());
        }

        boolean allows(Allowed other) {
            if (!scheme.equals(other.scheme) || port != other.port) {
                return false;
            }
            return host.equals(other.host) || (host.startsWith(".") && other.host.endsWith(host)
                    && other.host.indexOf('.') == other.host.length() - host.length());
        }

        @Override
        public String toString() {
            return scheme + "://" + host + ':' + port;
        }
    }
}
