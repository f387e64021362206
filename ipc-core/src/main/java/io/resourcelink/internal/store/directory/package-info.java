/**
 * Segments in a directory that all processes share: how a segment is made, acquired, released, watched and collected
 * there.
 */
@NullMarked
package io.resourcelink.internal.store.directory;

import org.jspecify.annotations.NullMarked;
