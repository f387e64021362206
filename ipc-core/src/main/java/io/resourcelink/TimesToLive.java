package io.resourcelink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.resourcelink.segment.CreateOptions;

/**
 * How long segments live whose creators do not say: as long as the first rule says whose pattern matches the key, else as
 * long as all. Immutable.
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

    /** Adds a rule behind those that are there. */
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

    /** A character stands for itself, but for {@code *} and {@code ?}. Many stars in a row are one: they cost no more. */
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
