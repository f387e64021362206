package io.resourcelink.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A key as it was typed. The library decides which keys are allowed. This class checks that the key arrived as it was typed. */
final class KeyArgument implements ITypeConverter<String> {

    /**
     * Refuses a key that the JVM could not decode. In the C locale, as in cron jobs and bare containers, the JVM replaces
     * each byte of an argument that is not ASCII.
     */
    @Override
    public String convert(String key) {
        if (key.indexOf('\uFFFD') >= 0) {
            throw new TypeConversionException("the key is not readable in this locale; set LC_ALL=C.UTF-8");
        }
        return key;
    }
}
