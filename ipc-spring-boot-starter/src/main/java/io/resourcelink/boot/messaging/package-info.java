/**
 * Messages between the processes of one host, with the programming model of Spring's other messaging modules: {@link
 * io.resourcelink.boot.messaging.IpcTemplate} sends, methods with {@link io.resourcelink.boot.messaging.IpcListener}
 * receive. A payload and its headers travel in an {@link io.resourcelink.boot.messaging.Envelope} over a {@link
 * io.resourcelink.channel.Channel}.
 */
@NullMarked
package io.resourcelink.boot.messaging;

import org.jspecify.annotations.NullMarked;
