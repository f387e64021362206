/** Messages between two processes: on channels, beside sockets and other libraries that carry the same bytes. */
@NullMarked
package io.resourcelink.benchmark.channel;

import org.jspecify.annotations.NullMarked;
