package io.resourcelink.boot.claim.http;

import java.util.Map;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;

import io.resourcelink.boot.observation.Observed;
import io.resourcelink.claim.Claim;
import io.resourcelink.internal.work.Failures;

/** Observes what asks origins. Handlers of observations add headers to the requests, which carry the trace to the origin. */
final class RequestObservation {

    private RequestObservation() {}

    /**
     * Starts an observation.
     *
     * @param name its name
     * @param claim what is asked for
     * @param headers gets the headers for all requests that belong to it
     * @param registry of observations
     * @param failures told what handlers throw later
     * @return the observation, which the caller closes
     */
    static Observed start(String name, Claim claim, Map<String, String> headers, ObservationRegistry registry,
            Failures failures) {
        return Observed.open(registry, Observation.createNotStarted(name, () -> {
            SenderContext<Map<String, String>> context = new SenderContext<>((carrier, key, value) -> {
                if (carrier != null) {
                    carrier.put(key, value);
                }
            }, Kind.CLIENT);
            context.setCarrier(headers);
            return context;
        }, registry).contextualName(name.substring(name.indexOf('.') + 1).replace('.', ' '))
                .lowCardinalityKeyValue("kind", claim.kind().label()).start(), failures);
    }
}
