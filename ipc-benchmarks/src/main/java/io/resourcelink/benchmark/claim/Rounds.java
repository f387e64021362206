package io.resourcelink.benchmark.claim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.resourcelink.benchmark.Measurement;

/** The times of all rounds, and ratios of two times of the same round. */
final class Rounds {

    private final Map<Figure, List<Double>> figures = new LinkedHashMap<>();

    private record Figure(String subject, String way, String unit) {}

    void add(String subject, String way, String unit, double value) {
        figures.computeIfAbsent(new Figure(subject, way, unit), _ -> new ArrayList<>()).add(value);
    }

    /** Adds how many times another way's time a way took, round by round. */
    void compare(String subject, String way, String other, String unit) {
        List<Double> ours = figures.getOrDefault(new Figure(subject, way, Receiver.TIME), List.of());
        List<Double> theirs = figures.getOrDefault(new Figure(subject, other, Receiver.TIME), List.of());
        for (int round = 0; round < Math.min(ours.size(), theirs.size()); round++) {
            add(subject, way, unit, ours.get(round) / theirs.get(round));
        }
    }

    List<Measurement> measurements() {
        List<Measurement> measurements = new ArrayList<>();
        figures.forEach((figure, values) -> measurements.add(
                Measurement.quartiles(Receiver.PART, figure.subject(), figure.way(), figure.unit(), values)));
        return measurements;
    }
}
