package io.resourcelink.boot.messaging;

import java.util.Map;
import java.util.function.Supplier;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;

import io.resourcelink.boot.observation.Observed;
import io.resourcelink.internal.work.Failures;

/** Observations of messages. The message's headers carry the trace from the sender to the listener. */
final class Observations {

    private Observations() {}

    /** Observes a message that is sent. The observation of a request lasts until the reply. */
    static Observed send(ObservationRegistry registry, String destination, Map<String, Object> headers,
            Failures failures) {
        return start("ipc.send", "send " + destination, destination, () -> {
            SenderContext<Map<String, Object>> context = new SenderContext<>((carrier, key, value) -> {
                if (carrier != null) {
                    carrier.put(key, value);
                }
            }, Kind.PRODUCER);
            context.setCarrier(headers);
            return context;
        }, registry, failures);
    }

    /** Observes a message that a listener handles. */
    static Observed receive(ObservationRegistry registry, String destination, Map<String, Object> headers,
            Failures failures) {
        return start("ipc.receive", "receive " + destination, destination, () -> {
            ReceiverContext<Map<String, Object>> context = new ReceiverContext<>(
                    (carrier, key) -> carrier.get(key) instanceof String text ? text : null, Kind.CONSUMER);
            context.setCarrier(headers);
            return context;
        }, registry, failures);
    }

    private static Observed start(String name, String contextualName, String destination,
            Supplier<Observation.Context> context, ObservationRegistry registry, Failures failures) {
        return Observed.open(registry, Observation.createNotStarted(name, context, registry)
                .contextualName(contextualName).lowCardinalityKeyValues(KeyValues.of("messaging.system", "ipc",
                        "messaging.destination.name", destination))
                .start(), failures);
    }
}
