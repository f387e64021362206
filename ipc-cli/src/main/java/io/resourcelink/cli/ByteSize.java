package io.resourcelink.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of bytes as people write them. All units are powers of 1024, read and printed. */
final class ByteSize implements ITypeConverter<Long> {

    private static final String UNITS = "KMGTPE";
    private static final Pattern SIZE = Pattern.compile("(\\d+)(?:([kKMGT])(?:iB)?)?");

    @Override
    public Long convert(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no size; write bytes, or units of 1024 as in 64k, 64M, 1G, 1T");
        }
        try {
            long number = Long.parseLong(size.group(1));
            String unit = size.group(2);
            int power = unit == null ? 0 : UNITS.indexOf(unit.toUpperCase(Locale.ROOT)) + 1;
            return Math.multiplyExact(number, 1L << (10 * power));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is more than can be counted");
        }
    }

    /**
     * {@return the size with at most one decimal, such as {@code 512B} or {@code 64.1MiB}} It is cut, not rounded.
     *
     * @param bytes zero or more
     */
    static String format(long bytes) {
        if (bytes < 1024) {
            return bytes + "B";
        }
        int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        long unit = 1L << (10 * power);
        // In sixteenths first: ten times the remainder of an exbibyte would not fit.
        long tenths = (bytes % unit >> 4) * 10 / (unit >> 4);
        return bytes / unit + "." + tenths + UNITS.charAt(power - 1) + "iB";
    }
}
