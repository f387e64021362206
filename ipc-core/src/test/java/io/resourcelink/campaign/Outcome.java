package io.resourcelink.campaign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a seed did and found. Used by one thread.
 *
 * <p>Violations beyond the first hundred are counted, but not described.
 */
public final class Outcome {

    private static final int DESCRIBED = 100;

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, String> attachments = new LinkedHashMap<>();
    private long violated;

    /** Makes one in which nothing was done yet. */
    public Outcome() {}

    /**
     * Adds to a count.
     *
     * @param name what is counted, in words
     * @param number how many more
     * @return this
     */
    public Outcome count(String name, long number) {
        if (name.matches(".*[,;=|].*")) {
            throw new IllegalArgumentException("A name is part of a line of the results: " + name);
        }
        counts.merge(name, number, Long::sum);
        return this;
    }

    /**
     * Notes a violation.
     *
     * @param description what was seen that must not be
     */
    public void violation(String description) {
        violated++;
        if (violations.size() < DESCRIBED) {
            violations.add(description);
        }
    }

    /**
     * Adds a file to the documentation, in place of the one of an earlier seed.
     *
     * @param path its path there
     * @param content its content
     * @return this
     */
    Outcome attach(String path, String content) {
        attachments.put(path, content);
        return this;
    }

    Map<String, String> attachments() {
        return attachments;
    }

    /** {@return what was counted, in the order of its first mention} */
    public Map<String, Long> counts() {
        return counts;
    }

    /** {@return a count, 0 if nothing was counted under this name} */
    long count(String name) {
        return counts.getOrDefault(name, 0L);
    }

    /** {@return the first violations} */
    public List<String> violations() {
        return violations;
    }

    /** {@return how many violations there were} */
    public long violated() {
        return violated;
    }

    @Override
    public String toString() {
        return counts + ", violations " + violated + (violated == 0 ? "" : ": " + violations.getFirst());
    }
}
