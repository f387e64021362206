package io.resourcelink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.resourcelink.segment.CreateOptions;

/**
 * The times to live of segments that are created without one of their own. The first rule whose pattern matches the key
 * decides. If none matches, the default applies. Immutable.
 */
final class TimesToLive {

    private record Rule(Pattern keys, Duration ttl) {}

    private final List<Rule> rules;
    private final Duration otherwise;

    private TimesToLive(List<Rule> rules, Duration otherwise) {
        this.rules = rules;
        this.otherwise = otherwise;
    }

    static TimesToLive none() {
        return new TimesToLive(List.of(), Duration.ZERO);
    }

    TimesToLive otherwise(Duration ttl) {
        return new TimesToLive(rules, checked(ttl));
    }

    /** Adds a rule after the existing ones. */
    TimesToLive then(String pattern, Duration ttl) {
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("A pattern of keys has one character or more.");
        }
        List<Rule> longer = new ArrayList<>(rules);
        longer.add(new Rule(compiled(pattern), checked(ttl)));
        return new TimesToLive(List.copyOf(longer), otherwise);
    }

    Duration of(String key) {
        for (Rule rule : rules) {
            if (rule.keys().matcher(key).matches()) {
                return rule.ttl();
            }
        }
        return otherwise;
    }

    private static Duration checked(Duration ttl) {
        CreateOptions.defaults().withTtl(ttl);
        return ttl;
    }

    /**
     * Every character but {@code *} and {@code ?} matches itself. Several stars in a row are one star, so they cost no
     * more.
     */
    private static Pattern compiled(String pattern) {
        StringBuilder regex = new StringBuilder();
        pattern.replaceAll("\\*+", "*").codePoints().forEach(character -> {
            switch (character) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(character)));
            }
        });
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
