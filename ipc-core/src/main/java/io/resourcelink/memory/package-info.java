/**
 * Memory without a name, {@link io.resourcelink.memory.SharedMemory}, which travels to other processes inside messages.
 */
@NullMarked
package io.resourcelink.memory;

import org.jspecify.annotations.NullMarked;
