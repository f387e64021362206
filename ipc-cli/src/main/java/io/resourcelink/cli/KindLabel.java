package io.resourcelink.cli;

import java.util.Arrays;
import java.util.Iterator;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import io.resourcelink.segment.ResourceKind;

/** Kinds by the names they have in configuration and metrics, rather than by those of the Java constants. */
final class KindLabel implements ITypeConverter<ResourceKind>, Iterable<String> {

    @Override
    public ResourceKind convert(String label) {
        return Arrays.stream(ResourceKind.values()).filter(kind -> kind.label().equals(label)).findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + label + "' is none of " + String.join(", ", this)));
    }

    @Override
    public Iterator<String> iterator() {
        return Arrays.stream(ResourceKind.values()).map(ResourceKind::label).iterator();
    }
}
