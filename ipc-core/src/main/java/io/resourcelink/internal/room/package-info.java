/**
 * How much memory or storage may be taken, and what limits it: the file system, its inodes, the size of a file, the memory
 * limits of control groups, the machine. The numbers are hints against being killed or refused later; nothing is reserved.
 */
@NullMarked
package io.resourcelink.internal.room;

import org.jspecify.annotations.NullMarked;
