package io.resourcelink.boot.claim;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import io.resourcelink.boot.observation.Observed;
import io.resourcelink.internal.work.Failures;

/** The observation of one claim that is published or opened. Its handlers can prevent the start, and nothing else. */
final class ClaimObservation implements AutoCloseable {

    private static final String SOURCE = "source";

    private final Observation observation;
    private final Observed observed;
    private final Failures failures;

    private ClaimObservation(Observation observation, Observed observed, Failures failures) {
        this.observation = observation;
        this.observed = observed;
        this.failures = failures;
    }

    static ClaimObservation start(String name, ObservationRegistry registry, Failures failures) {
        Observation observation = Observation.createNotStarted(name, registry)
                .contextualName(name.substring(name.indexOf('.') + 1).replace('.', ' '))
                .lowCardinalityKeyValue(SOURCE, "none").start();
        return new ClaimObservation(observation, Observed.open(registry, observation, failures), failures);
    }

    /** Says where the payload has come from. Never throws. */
    void source(String source) {
        try {
            observation.lowCardinalityKeyValue(KeyValue.of(SOURCE, source));
        } catch (Throwable e) {
            failures.report("telling an observation where a payload has come from", e);
        }
    }

    void failed(Throwable failure) {
        observed.failed(failure);
    }

    @Override
    public void close() {
        observed.close();
    }
}
