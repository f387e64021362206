package io.resourcelink;

import org.jspecify.annotations.Nullable;

import io.resourcelink.OrphanReport.Collected;

/**
 * Is told of what happens without anybody having asked for it. Called on threads of the factory, one call at a time for
 * each kind of event; must not block. All methods do nothing, except that a leak is logged as a warning.
 */
public interface ResourceLinkListener {

    /**
     * The watcher has collected an orphan.
     *
     * @param orphan what it was
     */
    default void collected(Collected orphan) {}

    /**
     * A link was not closed before it became unreachable. It is closed now.
     *
     * @param key the segment's key
     * @param acquired where the link was made, or {@code null} unless leaks are detected in full
     */
    default void leaked(String key, @Nullable Throwable acquired) {
        System.getLogger(ResourceLink.class.getName()).log(System.Logger.Level.WARNING, "A link to segment \"" + key
                + "\" was never closed; it is closed now. Use try-with-resources"
                + (acquired == null ? ", or find the place with leak detection FULL." : "."), acquired);
    }
}
