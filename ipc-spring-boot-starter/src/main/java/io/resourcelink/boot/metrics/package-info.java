/**
 * Micrometer meters of segments, links, channels and listeners. The core library does not depend on a metrics library.
 */
@NullMarked
package io.resourcelink.boot.metrics;

import org.jspecify.annotations.NullMarked;
