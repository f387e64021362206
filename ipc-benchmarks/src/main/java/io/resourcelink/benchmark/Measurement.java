package io.resourcelink.benchmark;

import java.util.List;

/**
 * Something that was measured.
 *
 * @param part the part of the suite: {@code operations}, {@code handoff} ...
 * @param subject what was done: an operation, a size in bytes, a workload
 * @param way how it was done
 * @param unit of the value: {@code us}, {@code copies}, {@code messages/s} ...
 * @param value the median of the rounds
 * @param low the lower quartile of the rounds
 * @param high the upper quartile of the rounds
 * @param rounds how many there were
 */
public record Measurement(String part, String subject, String way, String unit, double value, double low, double high,
        int rounds) {

    /**
     * Puts rounds together.
     *
     * @param part the part of the suite
     * @param subject what was done
     * @param way how it was done
     * @param unit of the values
     * @param rounds the values, one at least
     * @return their median, between their quartiles
     */
    public static Measurement of(String part, String subject, String way, String unit, List<Double> rounds) {
        double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int last = sorted.length - 1;
        return new Measurement(part, subject, way, unit, median(rounds), sorted[(last + 1) / 4],
                sorted[last - (last + 1) / 4], sorted.length);
    }

    /**
     * {@return the middle of some values; of an even number of them, the mean of the middle two}
     *
     * @param values one or more
     */
    public static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
