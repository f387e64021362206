/**
 * Named, reference-counted segments of shared memory between the processes of one host.
 *
 * <p>Start at {@link io.resourcelink.ResourceLinkFactory}. It creates a segment under a key, or acquires one that
 * another process created. It returns a {@link io.resourcelink.ResourceLink}, the handle for reading and writing the
 * memory. A reference is one locked byte of the segment's file. The kernel counts these locks over all processes. It
 * drops the locks of a process that dies, whatever the cause. So counts are always true, and the last holder, in any
 * process, removes the segment.
 */
@NullMarked
package io.resourcelink;

import org.jspecify.annotations.NullMarked;
