/**
 * How much memory or storage may be taken, and what limits it: the file system, its inodes, the size of a file, the memory
 * limits of control groups, the machine. The answers are hints against being killed or refused later; they reserve nothing.
 */
@NullMarked
package io.resourcelink.internal.room;

import org.jspecify.annotations.NullMarked;
