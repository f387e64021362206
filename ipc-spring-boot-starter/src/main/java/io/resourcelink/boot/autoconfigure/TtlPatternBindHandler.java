package io.resourcelink.boot.autoconfigure;

import java.time.temporal.ChronoUnit;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.EnumerablePropertySource;

/**
 * Binds the entries of {@code ipc.ttl.patterns}, whose values cannot have annotations because they are in a map. A
 * number without a unit counts seconds. A pattern without brackets is refused if Spring Boot would drop some of its
 * characters or ignore it.
 */
final class TtlPatternBindHandler extends AbstractBindHandler {

    private static final ConfigurationPropertyName PATTERNS = ConfigurationPropertyName.of("ipc.ttl.patterns");
    private static final String PREFIX = PATTERNS + ".";
    private static final DurationUnit SECONDS = MergedAnnotation
            .of(DurationUnit.class, Map.of("value", ChronoUnit.SECONDS)).synthesize();

    TtlPatternBindHandler(BindHandler parent) {
        super(parent);
    }

    @Override
    public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
        if (name.equals(PATTERNS)) {
            context.getSources().forEach(source -> checkNames(source.getUnderlyingSource()));
        }
        return super.onStart(name, PATTERNS.isAncestorOf(name) ? target.withAnnotations(SECONDS) : target, context);
    }

    private static void checkNames(@Nullable Object source) {
        if (source instanceof EnumerablePropertySource<?> properties) {
            for (String name : properties.getPropertyNames()) {
                if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                    checkBrackets(name, properties.getProperty(name));
                }
            }
        }
    }

    private static void checkBrackets(String written, @Nullable Object value) {
        String pattern = written.substring(PREFIX.length());
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(written, '.');
        String bound = name.getLastElement(Form.ORIGINAL);
        // JSON has a dot before the bracket.
        if (!PATTERNS.isParentOf(name) || !(pattern.equals(bound) || pattern.equals("[" + bound + "]"))) {
            throw new InvalidConfigurationPropertyValueException(written, value, """
                    without brackets, Spring Boot drops characters such as * and ? and ignores names with dots. \
                    Write the pattern in brackets: "[%1$s]" with the quotes in YAML and JSON, \
                    or %2$s[%1$s] in a properties file and as an argument. \
                    An example in YAML is "[frame-*]": 5s.""".formatted(pattern, PATTERNS));
        }
    }
}
