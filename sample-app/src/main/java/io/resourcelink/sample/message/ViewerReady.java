package io.resourcelink.sample.message;

/**
 * A viewer takes frames from now on.
 *
 * @param host its host
 * @param pid its process
 */
public record ViewerReady(Host host, long pid) {

    /** Served by the studio. */
    public static final String QUEUE = "viewers";
}
