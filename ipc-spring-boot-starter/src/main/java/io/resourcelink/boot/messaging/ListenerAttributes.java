package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;
import org.springframework.util.unit.DataSize;

import io.resourcelink.channel.DestinationKind;

/**
 * The attributes of an {@link IpcListener} annotation with resolved placeholders and expressions.
 *
 * @param annotation the annotation
 * @param place the method or class that has it
 * @param values resolves placeholders and expressions
 */
record ListenerAttributes(IpcListener annotation, String place, StringValueResolver values) {

    String destination() {
        String destination = resolve(annotation.destination());
        if (!StringUtils.hasText(destination)) {
            throw new InvalidListenerException("@IpcListener on " + place + " has no destination.",
                    "Name the destination, for example @IpcListener(\"frames\").");
        }
        return destination;
    }

    String id(String destination) {
        String id = resolve(annotation.id());
        return StringUtils.hasText(id) ? id : destination;
    }

    String errorHandler() {
        return resolve(annotation.errorHandler());
    }

    String onFailure() {
        return resolve(annotation.onFailure()).strip();
    }

    IpcListenerSettings settings() {
        try {
            return new IpcListenerSettings(flag("autoStartup", annotation.autoStartup()),
                    value("concurrency", annotation.concurrency(), "a number of threads", Integer::valueOf),
                    value("prefetch", annotation.prefetch(), "a number of messages", Integer::valueOf),
                    value("prefetchSize", annotation.prefetchSize(), "a size, for example 64MB",
                            size -> DataSize.parse(size)),
                    value("maxAge", annotation.maxAge(), "a time, for example 2s", age -> DurationFormatterUtils
                            .detectAndParse(age, DurationFormat.Unit.SECONDS)),
                    dropping());
        } catch (IllegalArgumentException e) {
            throw new InvalidListenerException("The @IpcListener on " + place + " has a wrong attribute. "
                    + e.getMessage(), "Change the attribute, or remove it.", e);
        }
    }

    private <T> @Nullable T value(String attribute, String said, String range, Function<String, T> parse) {
        String value = resolve(said).strip();
        try {
            return value.isEmpty() ? null : parse.apply(value);
        } catch (IllegalArgumentException e) {
            throw wrong(attribute, range, value, e);
        }
    }

    private @Nullable Boolean dropping() {
        Boolean dropping = flag("dropping", annotation.dropping());
        if (dropping != null && annotation.kind() != DestinationKind.TOPIC) {
            throw new InvalidListenerException(
                    "Attribute dropping of @IpcListener on " + place + " is for topics only; kind is "
                            + annotation.kind() + ".",
                    "Remove dropping, or set kind to TOPIC.");
        }
        return dropping;
    }

    private @Nullable Boolean flag(String attribute, String said) {
        String value = resolve(said).strip();
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(attribute, "true or false", value, null);
        };
    }

    /** {@return the destination of the results of a method, which it or the class of the bean says, or {@code null}} */
    @Nullable
    String sendTo(Method method, Class<?> type) {
        SendTo sendTo = AnnotatedElementUtils.findMergedAnnotation(method, SendTo.class);
        if (sendTo == null) {
            sendTo = AnnotatedElementUtils.findMergedAnnotation(type, SendTo.class);
        }
        if (sendTo == null) {
            return null;
        }
        String[] destinations = sendTo.value();
        if (destinations.length != 1) {
            throw new InvalidListenerException(
                    "@SendTo of the listener " + MethodName.of(method) + " names " + destinations.length
                            + " destinations.",
                    "Name one destination in @SendTo.");
        }
        String destination = resolve(destinations[0]);
        if (!StringUtils.hasText(destination)) {
            throw new InvalidListenerException(
                    "@SendTo of the listener " + MethodName.of(method) + " names no destination: \""
                            + destinations[0] + "\" is empty.",
                    "Name one destination in @SendTo, or remove it.");
        }
        return destination;
    }

    private String resolve(String value) {
        return Objects.requireNonNullElse(values.resolveStringValue(value), "");
    }

    private InvalidListenerException wrong(String attribute, String range, String value, @Nullable Exception cause) {
        return new InvalidListenerException("Attribute " + attribute + " of @IpcListener on " + place + " must be "
                + range + "; it was \"" + value + "\".", "Set " + attribute + " to " + range + ", or remove it.",
                cause);
    }
}
