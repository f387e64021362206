package io.resourcelink.boot.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.work.Failures;

/*
 * When an observation ends, the observed work is done: a reply with its links was received, or a message was handled.
 * If a handler that throws at the end turned this into a failure, no code would close those links. Micrometer leaves
 * its scope on the thread if a handler throws while a scope is opened or closed. Then this class restores the previous
 * scope. Otherwise everything that the thread does later would belong to this observation.
 */

/**
 * An observation from its start to its end. Its handlers can prevent the start, and nothing else. Used by one thread at a time.
 */
public final class Observed implements AutoCloseable {

    /** Used if nothing is observed. */
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
     * Opens the scope of a started observation.
     *
     * @param registry the registry of the observation
     * @param started the observation
     * @param failures told what handlers throw
     * @return the open observation, which the caller closes
     * @throws RuntimeException if a handler throws it; the observation is ended. The same applies to an {@link Error}
     */
    public static Observed open(ObservationRegistry registry, Observation started, Failures failures) {
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

    /**
     * Reports a failure of the observed work to the handlers. Never throws.
     *
     * @param failure the failure
     */
    public void failed(Throwable failure) {
        try {
            observation.error(failure);
        } catch (Throwable e) {
            notTold(e);
        }
    }

    /**
     * Leaves the scope: what this thread does next does not belong to the observation, which goes on. Another thread may end it.
     * Never throws. Idempotent.
     */
    public void leave() {
        Observation.Scope opened = scope;
        scope = null;
        if (opened != null) {
            try {
                opened.close();
            } catch (Throwable e) {
                registry.setCurrentObservationScope(outer);
                notTold(e);
            }
        }
    }

    /** Ends the observation. Never throws. */
    @Override
    public void close() {
        leave();
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
