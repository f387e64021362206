/**
 * The file of a segment: its header, its keys, its clock, the bytes that are locked and what for, and the users whose
 * files are trusted.
 */
@NullMarked
package io.resourcelink.internal.format;

import org.jspecify.annotations.NullMarked;
