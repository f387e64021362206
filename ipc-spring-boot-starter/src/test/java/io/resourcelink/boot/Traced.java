package io.resourcelink.boot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.CurrentTraceContext;
import brave.propagation.ThreadLocalCurrentTraceContext;
import brave.propagation.TraceContext;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.brave.bridge.BraveBaggageManager;
import io.micrometer.tracing.brave.bridge.BraveCurrentTraceContext;
import io.micrometer.tracing.brave.bridge.BravePropagator;
import io.micrometer.tracing.brave.bridge.BraveTracer;
import io.micrometer.tracing.brave.bridge.W3CPropagation;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;

/**
 * The observations of one application, and the spans that they make, with Brave as Spring Boot configures it: the trace travels in the
 * header {@code traceparent}. Thread-safe.
 */
public final class Traced implements AutoCloseable {

    private final List<MutableSpan> spans = new CopyOnWriteArrayList<>();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final Tracing tracing;

    /** Begins a tracer that knows no other one. */
    public Traced() {
        CurrentTraceContext current = ThreadLocalCurrentTraceContext.create();
        tracing = Tracing.newBuilder().currentTraceContext(current).propagationFactory(new W3CPropagation())
                .addSpanHandler(new SpanHandler() {
                    @Override
                    public boolean end(TraceContext context, MutableSpan span, Cause cause) {
                        return spans.add(span);
                    }
                }).build();
        Tracer tracer = new BraveTracer(tracing.tracer(), new BraveCurrentTraceContext(current),
                new BraveBaggageManager());
        BravePropagator propagator = new BravePropagator(tracing);
        observations.observationConfig().observationHandler(new FirstMatchingCompositeObservationHandler(
                new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                new DefaultTracingObservationHandler(tracer)));
    }

    /** {@return the spans that have ended} */
    public List<MutableSpan> spans() {
        return List.copyOf(spans);
    }

    /** {@return what the application observes with} */
    public ObservationRegistry observations() {
        return observations;
    }

    @Override
    public void close() {
        tracing.close();
    }
}
