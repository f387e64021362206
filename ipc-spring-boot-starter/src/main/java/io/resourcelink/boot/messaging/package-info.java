/**
 * Messages between the processes of one host, with the programming model of Spring's other messaging modules: {@link
 * io.resourcelink.boot.messaging.IpcTemplate} sends, methods with {@link io.resourcelink.boot.messaging.IpcListener}
 * receive. A message of a {@link io.resourcelink.channel.Channel} is the payload alone, beside its headers. So a process
 * without Spring takes part with a channel of its own.
 */
@NullMarked
package io.resourcelink.boot.messaging;

import org.jspecify.annotations.NullMarked;
