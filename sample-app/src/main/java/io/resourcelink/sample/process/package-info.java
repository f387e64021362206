/** Processes that a studio starts with the code of its own: how they are started, and how they end with it. */
@NullMarked
package io.resourcelink.sample.process;

import org.jspecify.annotations.NullMarked;
