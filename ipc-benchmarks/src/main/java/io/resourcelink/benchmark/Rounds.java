package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * Rounds of a part of the suite. In a round every way of a subject has its turn. A round in which something else kept the
 * processors busy is discarded and done again: the bounds are those of {@link Disturbance}. After as many discarded rounds as
 * are wanted, no more are tried, and a subject has fewer of them. Used by one thread.
 */
public final class Rounds {

    /** As many rounds are needed to say that a target is reached. */
    public static final int ENOUGH = 15;

    /** The part of the results that says how many rounds counted, and what else the machine did. */
    static final String PART = "rounds";

    static final String KEPT = "kept";
    static final String DISCARDED = "discarded";
    static final String OTHERS = "others, %";
    static final String STOLEN = "stolen, %";
    static final String LOAD = "load";

    private final String part;
    private final String label;
    private final boolean discarding;
    private final Figures figures = new Figures();
    private final Figures machine = new Figures();

    /**
     * Makes rounds.
     *
     * @param part the name of the part
     * @param discarding whether disturbed rounds are discarded; for a first look all of them count
     */
    public Rounds(String part, boolean discarding) {
        this(part, part, discarding);
    }

    /** The same, for one of several series of rounds of a part. The label tells them apart. */
    Rounds(String part, String label, boolean discarding) {
        this.part = part;
        this.label = label;
        this.discarding = discarding;
    }

    /** A round of one subject. */
    @FunctionalInterface
    public interface Round {

        /**
         * Measures.
         *
         * @param number of the round, negative if it does not count; who begins may depend on it
         * @param figures what was measured
         * @throws Exception if something fails
         */
        void run(int number, Figures figures) throws Exception;
    }

    private static final class Subject {

        private final Round round;
        private int kept;
        private int discarded;

        Subject(Round round) {
            this.round = round;
        }

        boolean needs(int rounds) {
            return kept < rounds && discarded < rounds;
        }
    }

    /**
     * Runs rounds of subjects in turns.
     *
     * @param warmUps how many rounds of each do not count
     * @param rounds how many rounds of each are wanted
     * @param subjects a round of each
     * @throws Exception if something fails
     */
    public void run(int warmUps, int rounds, List<Round> subjects) throws Exception {
        for (int number = -warmUps; number < 0; number++) {
            for (Round subject : subjects) {
                subject.run(number, new Figures());
            }
        }
        List<Subject> all = subjects.stream().map(Subject::new).toList();
        for (int number = 0; all.stream().anyMatch(subject -> subject.needs(rounds)); number++) {
            for (Subject subject : all) {
                if (subject.needs(rounds)) {
                    run(number, subject);
                }
            }
        }
        for (Subject subject : all) {
            if (subject.kept < rounds) {
                System.out.println("  " + label + ": only " + subject.kept + " of " + rounds
                        + " rounds count; the machine was busy with something else in " + subject.discarded);
            }
        }
    }

    private void run(int number, Subject subject) throws Exception {
        Figures measured = new Figures();
        Disturbance.Ticks before = Disturbance.Ticks.now();
        subject.round.run(number, measured);
        Disturbance disturbance = Disturbance.Ticks.now().since(before);
        boolean counts = !discarding || disturbance.isSmall();
        if (counts) {
            subject.kept++;
            figures.addAll(measured);
        } else {
            subject.discarded++;
        }
        record(counts ? KEPT : DISCARDED, disturbance);
    }

    private void record(String way, Disturbance disturbance) {
        machine.add(label, way, OTHERS, 100 * disturbance.others());
        machine.add(label, way, STOLEN, 100 * disturbance.stolen());
        machine.add(label, way, LOAD, disturbance.load());
    }

    /** {@return what was measured so far, to compare ways by it, or to add what is measured once} */
    public Figures figures() {
        return figures;
    }

    /** {@return all figures, and those of the rounds themselves} */
    public List<Measurement> measurements() {
        List<Measurement> measurements = new ArrayList<>(figures.measurements(part));
        measurements.addAll(machine.measurements(PART));
        return measurements;
    }
}
