/** Two implementations of one format: what Python publishes, Java reads, and the other way round, killed in between. */
@NullMarked
package io.resourcelink.sample.python;

import org.jspecify.annotations.NullMarked;
