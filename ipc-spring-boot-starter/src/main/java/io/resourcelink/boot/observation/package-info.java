/** Observations whose handlers may throw anything without any harm to what is observed. Used by other packages of the starter. */
@NullMarked
package io.resourcelink.boot.observation;

import org.jspecify.annotations.NullMarked;
