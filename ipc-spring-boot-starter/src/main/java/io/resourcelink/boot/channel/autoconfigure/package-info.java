/**
 * Auto-configuration of the application's {@link io.resourcelink.channel.Channel}, and the {@code ipc.channels.*} properties
 * it reads.
 */
@NullMarked
package io.resourcelink.boot.channel.autoconfigure;

import org.jspecify.annotations.NullMarked;
