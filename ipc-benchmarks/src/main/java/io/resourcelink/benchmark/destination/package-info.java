/**
 * What it costs to send to several processes: to subscribers, which all get a message, and to consumers, of which one gets it. {@link
 * io.resourcelink.benchmark.destination.Distributor} measures, {@link io.resourcelink.benchmark.destination.Taker} takes.
 */
@NullMarked
package io.resourcelink.benchmark.destination;

import org.jspecify.annotations.NullMarked;
