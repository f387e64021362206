package io.resourcelink.benchmark.messaging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

import io.resourcelink.benchmark.Measurement;

/** The figures of all rounds, and what follows from two figures of the same round. */
final class Figures {

    private final Map<Figure, List<Double>> figures = new LinkedHashMap<>();

    private record Figure(Workload workload, Way way, String unit) {}

    void add(Workload workload, Way way, String unit, double value) {
        figures.computeIfAbsent(new Figure(workload, way, unit), _ -> new ArrayList<>()).add(value);
    }

    /**
     * Compares two ways, round by round. Nothing to compare if one of them was not measured.
     *
     * @param workload in which workload
     * @param way the one way
     * @param other the other
     * @param unit the unit of the compared figures
     * @param result the unit of the result
     * @param comparison what is computed from the figures of both
     */
    void compare(Workload workload, Way way, Way other, String unit, String result, DoubleBinaryOperator comparison) {
        List<Double> left = figures.getOrDefault(new Figure(workload, way, unit), List.of());
        List<Double> right = figures.getOrDefault(new Figure(workload, other, unit), List.of());
        for (int round = 0; round < Math.min(left.size(), right.size()); round++) {
            add(workload, way, result, comparison.applyAsDouble(left.get(round), right.get(round)));
        }
    }

    List<Measurement> measurements() {
        List<Measurement> measurements = new ArrayList<>();
        figures.forEach((figure, rounds) -> measurements.add(Measurement.quartiles(Requester.PART,
                figure.workload().label(), figure.way().name(), figure.unit(), rounds)));
        return measurements;
    }
}
