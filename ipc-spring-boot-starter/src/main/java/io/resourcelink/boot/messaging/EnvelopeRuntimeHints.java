package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Every message is read and written as an {@link Envelope}, whatever its payload is. */
final class EnvelopeRuntimeHints implements RuntimeHintsRegistrar {

    EnvelopeRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), Envelope.class);
    }
}
