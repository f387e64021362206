package io.resourcelink.campaign.model;

import java.util.SplittableRandom;

import io.resourcelink.campaign.Outcome;
import io.resourcelink.campaign.Part;

/** Every state of processes whose programs chance has written, with up to two crashes. */
public final class ModelPart implements Part {

    private final int configurations;
    private final int bound;

    /**
     * Makes the part.
     *
     * @param configurations how many sets of programs a seed has
     * @param bound how many states of each are looked at
     */
    public ModelPart(int configurations, int bound) {
        this.configurations = configurations;
        this.bound = bound;
    }

    @Override
    public String name() {
        return "model";
    }

    @Override
    public Outcome run(long seed) {
        Outcome outcome = new Outcome();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < configurations; i++) {
            Configuration configuration = Configuration.random(random);
            Checker.Verdict verdict = configuration.check(1 + random.nextInt(2), bound);
            outcome.count("states", verdict.states()).count("configurations", 1)
                    .count("of them to the end", verdict.complete() ? 1 : 0);
            if (verdict.violation() != null) {
                outcome.violation(configuration.name() + ": " + verdict.violation());
            }
        }
        return outcome;
    }
}
