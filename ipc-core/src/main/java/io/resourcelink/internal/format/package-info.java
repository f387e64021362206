/**
 * The file of a segment: its header, its keys, its clock, which bytes are locked for what, and whose files are trusted.
 */
@NullMarked
package io.resourcelink.internal.format;

import org.jspecify.annotations.NullMarked;
