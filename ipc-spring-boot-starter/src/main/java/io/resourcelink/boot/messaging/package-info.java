/**
 * Messages between the processes of one host, as Spring's users know them: {@link io.resourcelink.boot.messaging.IpcTemplate}
 * sends, methods with {@link io.resourcelink.boot.messaging.IpcListener} receive. Both ends share the
 * {@link io.resourcelink.boot.messaging.Envelope}, in which a payload and its headers travel over a
 * {@link io.resourcelink.channel.Channel}.
 */
@NullMarked
package io.resourcelink.boot.messaging;

import org.jspecify.annotations.NullMarked;
