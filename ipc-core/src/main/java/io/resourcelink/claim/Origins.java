package io.resourcelink.claim;

import java.net.URI;
import java.util.List;

/** The rules for the addresses in a claim. */
final class Origins {

    private static final int LARGEST_PORT = 65_535;

    private Origins() {}

    static List<URI> checked(List<URI> origins) {
        if (origins.size() > Claim.MAX_ORIGINS) {
            throw new IllegalArgumentException("A claim has at most " + Claim.MAX_ORIGINS + " origins; these are "
                    + origins.size() + ".");
        }
        origins.forEach(Origins::check);
        return List.copyOf(origins);
    }

    private static void check(URI origin) {
        String text = origin.toString();
        if (text.length() > Claim.MAX_ORIGIN
                || !text.chars().allMatch(character -> character > ' ' && character < 127)) {
            throw refused("is longer than " + Claim.MAX_ORIGIN + " characters, or not ASCII");
        }
        if (!"http".equals(origin.getScheme()) && !"https".equals(origin.getScheme())) {
            throw refused("does not begin with http:// or https://");
        }
        if (origin.getHost() == null || origin.getPort() == 0 || origin.getPort() > LARGEST_PORT) {
            throw refused("has no host, or a port that is none");
        }
        if (origin.getRawUserInfo() != null || origin.getRawQuery() != null || origin.getRawFragment() != null) {
            throw refused("has a user, a query or a fragment");
        }
    }

    /** Without the address itself: it may come from a text that is hostile, or contain a password. */
    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("The origin of a claim is an address such as https://host:8443; this one "
                + why + ".");
    }
}
