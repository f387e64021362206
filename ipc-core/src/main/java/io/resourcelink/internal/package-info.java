/**
 * How the library's packages reach what users cannot: the doors of the public types. Everything below this package is
 * internal, is not exported, and may change at any time.
 */
@NullMarked
package io.resourcelink.internal;

import org.jspecify.annotations.NullMarked;
