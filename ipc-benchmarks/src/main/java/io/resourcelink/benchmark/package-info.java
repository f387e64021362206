/**
 * What the library's operations cost, measured: JMH benchmarks of single operations, a floor of the same system calls in C,
 * and payloads handed from process to process beside what others offer for it. {@code
 * BenchmarkSuite} runs all of it, {@code docs/performance.md} shows what came out.
 */
@NullMarked
package io.resourcelink.benchmark;

import org.jspecify.annotations.NullMarked;
