package io.resourcelink.cli;

import java.util.List;

import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Which processes hold which segments, as far as this user may see.
 *
 * @param segments every segment, with the processes that hold it
 * @param unreadable how many processes could not be looked into, and may hold any of them
 */
record Holdings(List<Holding> segments, int unreadable) {

    /**
     * A segment and the processes that have it.
     *
     * @param segment what is known of it
     * @param holders by process id
     */
    record Holding(ResourceLinkInfo segment, List<Holder> holders) {}

    /**
     * A process that has a segment.
     *
     * @param pid its id in this process's name space
     * @param name its name for people, or an empty one if it has just ended
     * @param mapped whether it has the segment's memory
     * @param open whether it has the segment's file open
     */
    record Holder(long pid, String name, boolean mapped, boolean open) {}
}
