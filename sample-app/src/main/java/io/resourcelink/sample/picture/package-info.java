/**
 * From an uploaded file to pixels in a segment, and from pixels in a segment to a PNG. Neither way is there ever a whole
 * picture on the heap.
 */
@NullMarked
package io.resourcelink.sample.picture;

import org.jspecify.annotations.NullMarked;
