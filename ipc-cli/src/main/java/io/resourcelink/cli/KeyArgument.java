package io.resourcelink.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A key as it was typed. Which keys are allowed is the library's business; whether this is what was typed is ours. */
final class KeyArgument implements ITypeConverter<String> {

    /**
     * Refuses a key the JVM could not decode: in the C locale, which is the one of cron and of bare containers, it
     * replaces every byte of an argument that is not ASCII.
     */
    @Override
    public String convert(String key) {
        if (key.indexOf('\uFFFD') >= 0) {
            throw new TypeConversionException("the key is not readable in this locale; set LC_ALL=C.UTF-8");
        }
        return key;
    }
}
