package io.resourcelink.boot.collector.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** The scheduled method is found by reflection, and in a class that is no bean, where ahead-of-time processing looks. */
final class OrphanCollectorRuntimeHints implements RuntimeHintsRegistrar {

    OrphanCollectorRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.reflection().registerType(OrphanCollection.class, MemberCategory.INVOKE_DECLARED_METHODS);
    }
}
