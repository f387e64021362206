package io.resourcelink.boot.messaging;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Failures;

/*
 * What an observation ends for has happened: a reply was received, with the links that it carries, or a message was handled.
 * So a handler that throws at the end must not make a failure of it: nobody would close those links. Micrometer leaves its
 * scope on the thread when a handler throws while a scope is opened or closed; the one from before is put back then, or
 * everything that the thread does later would belong to this observation.
 */

/** An observation from its start to its end. Its handlers can make it fail to begin, and nothing else. Used by one thread. */
final class Observed implements AutoCloseable {

    /** What is there if nobody observes. */
    private static final Observed NOTHING = new Observed(ObservationRegistry.NOOP, Observation.NOOP,
            new Failures("Nothing observed"));

    private final ObservationRegistry registry;
    private final Observation observation;
    private final Failures failures;
    private final Observation.@Nullable Scope outer;
    private Observation.@Nullable Scope scope;

    private Observed(ObservationRegistry registry, Observation observation, Failures failures) {
        this.registry = registry;
        this.observation = observation;
        this.failures = failures;
        this.outer = registry.getCurrentObservationScope();
    }

    /**
     * Opens the scope of an observation that was started.
     *
     * @throws RuntimeException whatever a handler throws; the observation is ended then, and so for an {@link Error}
     */
    static Observed open(ObservationRegistry registry, Observation started, Failures failures) {
        if (started.isNoop()) {
            return NOTHING;
        }
        Observed observed = new Observed(registry, started, failures);
        try {
            observed.scope = started.openScope();
        } catch (Throwable e) {
            registry.setCurrentObservationScope(observed.outer);
            observed.failed(e);
            observed.close();
            throw e;
        }
        return observed;
    }

    /** Tells of a failure of what is observed. Never throws. */
    void failed(Throwable failure) {
        try {
            observation.error(failure);
        } catch (Throwable e) {
            notTold(e);
        }
    }

    /** Ends the observation. Never throws. */
    @Override
    public void close() {
        Observation.Scope opened = scope;
        if (opened != null) {
            try {
                opened.close();
            } catch (Throwable e) {
                registry.setCurrentObservationScope(outer);
                notTold(e);
            }
        }
        try {
            observation.stop();
        } catch (Throwable e) {
            notTold(e);
        }
    }

    private void notTold(Throwable failure) {
        failures.report("telling an observation's handler", failure);
    }
}
