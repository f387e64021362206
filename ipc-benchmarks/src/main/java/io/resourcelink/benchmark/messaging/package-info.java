/**
 * Requests from one JVM to another, each way in which that can be done as a strategy of two halves. {@link
 * io.resourcelink.benchmark.messaging.Requester} runs in one process and measures, {@link
 * io.resourcelink.benchmark.messaging.Responder} in the other.
 */
@NullMarked
package io.resourcelink.benchmark.messaging;

import org.jspecify.annotations.NullMarked;
