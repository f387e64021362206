package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ErrorHandler;

import io.resourcelink.channel.Channel;

/**
 * What all listeners of an application have in common.
 *
 * @param channel what they receive from
 * @param template sends what goes to another destination
 * @param errors is told of what nobody else has handled; {@code null} for the log
 * @param observations is told of each message
 * @param replyTimeout how long a reply may take to be sent
 * @param shutdownTimeout how long methods may take to return when their listener is stopped
 */
record ListenerOptions(Supplier<Channel> channel, Supplier<IpcTemplate> template, @Nullable ErrorHandler errors,
        ObservationRegistry observations, Duration replyTimeout, Duration shutdownTimeout) {

    static ThreadFactory threads(boolean virtual, String name) {
        Thread.Builder threads = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon(false);
        return threads.name(name, 1).factory();
    }
}
