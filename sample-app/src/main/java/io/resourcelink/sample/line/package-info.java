/**
 * What studio and worker say to one another: lines of text over the worker's standard input and output. A line carries the
 * key of a segment and never a pixel.
 */
@NullMarked
package io.resourcelink.sample.line;

import org.jspecify.annotations.NullMarked;
