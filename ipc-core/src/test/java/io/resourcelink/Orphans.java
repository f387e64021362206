package io.resourcelink;

import java.lang.ref.Reference;
import java.nio.file.Path;

/** Segments whose process was killed, for tests of other packages. */
public final class Orphans {

    private Orphans() {}

    /**
     * Leaves a segment as a killed process does.
     *
     * @param directory where
     * @param key its key
     */
    public static void leave(Path directory, String key) {
        ResourceLinkFactory dying = ResourceLinkFactory.builder().directory(directory).build();
        ResourceLink held = dying.create(key, 10);
        try {
            dying.abandon();
        } finally {
            // Until here it must not be found unreachable, which would close it as if nobody had died.
            Reference.reachabilityFence(held);
        }
    }
}
