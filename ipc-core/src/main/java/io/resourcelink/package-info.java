/**
 * Named, reference-counted segments of shared memory between the processes of one host.
 *
 * <p>Start at {@link io.resourcelink.ResourceLinkFactory}: it creates a segment under a key, or acquires one that another
 * process made, and gives out a {@link io.resourcelink.ResourceLink}, the handle through which the memory is read and
 * written. A reference is one locked byte of the segment's file. The kernel counts these locks over all processes and
 * drops those of a process that dies, whatever killed it, so counts are always true and the last one out, whoever that
 * is, removes the segment.
 */
@NullMarked
package io.resourcelink;

import org.jspecify.annotations.NullMarked;
