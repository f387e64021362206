/**
 * Payloads handed from one JVM to another, each way in which that can be done as a strategy of two halves. {@link
 * io.resourcelink.benchmark.handoff.Producer} runs in one process and measures, {@link
 * io.resourcelink.benchmark.handoff.Consumer} in the others.
 */
@NullMarked
package io.resourcelink.benchmark.handoff;

import org.jspecify.annotations.NullMarked;
