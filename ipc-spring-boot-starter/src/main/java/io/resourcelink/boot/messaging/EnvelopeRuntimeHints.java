package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Registers the {@link Envelope}: every message is read and written as one. */
final class EnvelopeRuntimeHints implements RuntimeHintsRegistrar {

    EnvelopeRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), Envelope.class);
    }
}
