/**
 * What can go wrong, as unchecked exceptions under one sealed root. A type exists only where a caller would catch it on
 * purpose; every message names the segment and ends with what to do.
 *
 * @serial exclude
 */
@NullMarked
package io.resourcelink.error;

import org.jspecify.annotations.NullMarked;
