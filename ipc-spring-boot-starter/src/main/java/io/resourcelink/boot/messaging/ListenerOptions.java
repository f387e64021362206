package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.ErrorHandler;

import io.resourcelink.channel.Channel;

/**
 * The common settings of all listeners of an application.
 *
 * @param channel supplies the channel to receive from
 * @param template supplies the template for results that go to another destination
 * @param events gets the events of listeners
 * @param errors handles failures that no other handler handled; {@code null} to log them
 * @param observations observes each message
 * @param retry says how often a method is called with one message; {@code null} for once
 * @param replyTimeout how long sending a reply may take
 * @param shutdownTimeout how long a listener that is stopped may go on handling messages
 */
record ListenerOptions(Supplier<Channel> channel, Supplier<IpcTemplate> template, ApplicationEventPublisher events,
        @Nullable ErrorHandler errors, ObservationRegistry observations, @Nullable RetryPolicy retry,
        Duration replyTimeout, Duration shutdownTimeout) {}
