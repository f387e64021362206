/**
 * Segments in the memory of this JVM, for tests and for systems other than Linux.
 */
@NullMarked
package io.resourcelink.internal.store.heap;

import org.jspecify.annotations.NullMarked;
