package io.resourcelink.internal.wire;

/**
 * What the greeting of the other side says of it.
 *
 * @param directories where it has its segments
 * @param immutableMemoryOnly whether it takes only memory whose content nobody can change
 */
record PeerSide(Directories directories, boolean immutableMemoryOnly) {

    /** Of a side that has not said anything. */
    static final PeerSide UNKNOWN = new PeerSide(Directories.UNKNOWN, false);
}
