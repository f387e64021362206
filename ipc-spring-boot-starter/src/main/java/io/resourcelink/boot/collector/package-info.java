/** Collects orphans and remembers the results. The core library decides what an orphan is and removes it. */
@NullMarked
package io.resourcelink.boot.collector;

import org.jspecify.annotations.NullMarked;
