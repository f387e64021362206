/**
 * The exceptions of this library, unchecked and under one root, {@link io.resourcelink.error.IpcException}. Each type is one
 * that a caller can handle in its own way. Each message names the segment, directory or process, and ends with what to do.
 *
 * @serial exclude
 */
@NullMarked
package io.resourcelink.error;

import org.jspecify.annotations.NullMarked;
