/**
 * Typed messages between processes of one host, on many subchannels of few connections. A message may carry shared
 * memory, links to segments and senders of other subchannels beside its bytes: they travel as file descriptors.
 */
@NullMarked
package io.resourcelink.channel;

import org.jspecify.annotations.NullMarked;
