/**
 * Messages on channels beside a plain Unix-domain socket that carries the same bytes. {@code ChannelComparison} runs in one
 * process and measures, {@code ComparisonPeer} answers in another.
 */
@NullMarked
package io.resourcelink.benchmark.channel;

import org.jspecify.annotations.NullMarked;
