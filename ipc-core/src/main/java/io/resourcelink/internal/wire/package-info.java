/**
 * How channels talk to each other: the directory of their sockets, connections, frames, credits, and what a message is on
 * its way. Nothing here is for users; {@code io.resourcelink.channel} is made of it. The protocol is described in {@code
 * docs/design/channel-protocol.md}.
 */
@NullMarked
package io.resourcelink.internal.wire;

import org.jspecify.annotations.NullMarked;
