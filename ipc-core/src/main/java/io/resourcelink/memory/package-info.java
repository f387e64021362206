/**
 * Memory that is shared with other processes, and how long it stays mapped.
 */
@NullMarked
package io.resourcelink.memory;

import org.jspecify.annotations.NullMarked;
