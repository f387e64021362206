package io.resourcelink;

import java.lang.System.Logger.Level;

import org.jspecify.annotations.Nullable;

/**
 * The listener that logs leaks. A factory logs each leak with {@link #warnings()}, whatever other listeners it has. If one
 * of its listeners is a {@code LeakLog}, that one takes the place of the default. It is told of leaks alone, so a factory without
 * further listeners measures nothing.
 */
@FunctionalInterface
public interface LeakLog extends ResourceLinkListener {

    /** {@return a log that writes each leak as a warning to the logger named like {@link ResourceLink}} */
    static LeakLog warnings() {
        return (key, acquired) -> System.getLogger("io.resourcelink.ResourceLink").log(Level.WARNING,
                "A link to segment \"" + key + "\" was never closed; it is closed now. Use try-with-resources"
                        + (acquired == null ? ", or find the place with leak detection FULL." : "."),
                acquired);
    }

    @Override
    void leaked(String key, @Nullable Throwable acquired);
}
