package io.resourcelink.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 1h30m}, {@code 1d}; read in ISO-8601, too. */
final class TimeSpan implements ITypeConverter<Duration> {

    private static final Pattern PART = Pattern.compile("\\G(\\d+)(ms|s|m|h|d)");

    @Override
    public Duration convert(String text) {
        Duration span;
        try {
            span = text.startsWith("P") ? Duration.parse(text) : parse(text);
            // Whole milliseconds in a long are what a segment can store.
            if (span.isNegative() || (span.isPositive() && span.toMillis() == 0)) {
                throw refusal(text);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is longer than can be counted");
        } catch (DateTimeParseException e) {
            throw refusal(text);
        }
        return span;
    }

    private static Duration parse(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        int end = 0;
        while (part.find()) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(switch (part.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            });
            end = part.end();
        }
        if (end < text.length() || text.isEmpty()) {
            throw refusal(text);
        }
        return sum;
    }

    private static TypeConversionException refusal(String text) {
        return new TypeConversionException(
                "'" + text + "' is no duration; write 500ms, 30s, 5m, 2h, 1d, 1h30m or ISO-8601 as in PT30S");
    }

    /**
     * {@return the duration in its two largest units, such as {@code 2h3m}, or in seconds with one decimal} It is cut,
     * not rounded.
     *
     * @param span zero or more
     */
    static String format(Duration span) {
        if (span.toDays() > 0) {
            return span.toDays() + "d" + part(span.toHoursPart(), "h");
        }
        if (span.toHours() > 0) {
            return span.toHours() + "h" + part(span.toMinutesPart(), "m");
        }
        if (span.toMinutes() > 0) {
            return span.toMinutes() + "m" + part(span.toSecondsPart(), "s");
        }
        if (span.toSeconds() > 0) {
            int tenths = span.toMillisPart() / 100;
            return span.toSeconds() + (tenths == 0 ? "s" : "." + tenths + "s");
        }
        return span.toMillis() + "ms";
    }

    private static String part(int amount, String unit) {
        return amount == 0 ? "" : amount + unit;
    }
}
