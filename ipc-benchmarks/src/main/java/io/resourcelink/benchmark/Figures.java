package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/** The values of all rounds, and what follows from two values of the same round. Used by one thread. */
public final class Figures {

    private final Map<Figure, List<Double>> figures = new LinkedHashMap<>();

    private record Figure(String subject, String way, String unit) {}

    /** Makes an empty collection. */
    public Figures() {}

    /**
     * Adds the value of a round.
     *
     * @param subject what was done
     * @param way how it was done
     * @param unit of the value
     * @param value the value
     */
    public void add(String subject, String way, String unit, double value) {
        figures.computeIfAbsent(new Figure(subject, way, unit), _ -> new ArrayList<>()).add(value);
    }

    /**
     * Adds all that another collection has.
     *
     * @param others the other collection
     */
    public void addAll(Figures others) {
        others.figures.forEach((figure, values) -> figures.computeIfAbsent(figure, _ -> new ArrayList<>())
                .addAll(values));
    }

    /**
     * Divides the values of one way by those of another one, round by round. Does nothing if one of them was not measured.
     *
     * @param subject what was done
     * @param way the one way
     * @param other the other way
     * @param unit of both values
     * @param result the unit of the quotient
     */
    public void compare(String subject, String way, String other, String unit, String result) {
        compare(subject, way, other, unit, result, (ours, theirs) -> ours / theirs);
    }

    /**
     * Compares two ways, round by round. Does nothing if one of them was not measured.
     *
     * @param subject what was done
     * @param way the one way
     * @param other the other way
     * @param unit of both values
     * @param result the unit of the result
     * @param comparison what is computed from both values
     */
    public void compare(String subject, String way, String other, String unit, String result,
            DoubleBinaryOperator comparison) {
        List<Double> left = figures.getOrDefault(new Figure(subject, way, unit), List.of());
        List<Double> right = figures.getOrDefault(new Figure(subject, other, unit), List.of());
        for (int round = 0; round < Math.min(left.size(), right.size()); round++) {
            add(subject, way, result, comparison.applyAsDouble(left.get(round), right.get(round)));
        }
    }

    /**
     * Puts the rounds together.
     *
     * @param part the part of the suite
     * @return a measurement for each subject, way and unit, in the order in which they were added first
     */
    public List<Measurement> measurements(String part) {
        List<Measurement> measurements = new ArrayList<>();
        figures.forEach((figure, values) -> measurements
                .add(Measurement.of(part, figure.subject(), figure.way(), figure.unit(), values)));
        return measurements;
    }
}
