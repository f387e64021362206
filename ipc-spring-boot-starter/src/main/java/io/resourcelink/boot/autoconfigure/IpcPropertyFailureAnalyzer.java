package io.resourcelink.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says which property is wrong, where it was set, and which values are valid. Spring Boot's own analyzer knows only the
 * record.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class IpcPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidIpcPropertyException> {

    private final @Nullable Environment environment;

    IpcPropertyFailureAnalyzer(@Nullable Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidIpcPropertyException cause) {
        String origin = origin(cause.property());
        return new FailureAnalysis(cause.getMessage() + (origin == null ? "" : " It was set by " + origin + "."),
                "Set " + cause.property() + " to " + cause.range() + ", or remove it to use its default.", cause);
    }

    private @Nullable String origin(String property) {
        ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
        if (environment != null) {
            for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
                ConfigurationProperty found = source.getConfigurationProperty(name);
                if (found != null) {
                    return String.valueOf(found.getOrigin());
                }
            }
        }
        return null;
    }
}
