package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ErrorHandler;

import io.resourcelink.channel.Channel;

/**
 * The common settings of all listeners of an application.
 *
 * @param channel supplies the channel to receive from
 * @param template supplies the template for results that go to another destination
 * @param errors handles failures that no other handler handled; {@code null} to log them
 * @param observations observes each message
 * @param replyTimeout how long sending a reply may take
 * @param shutdownTimeout how long running methods may take to return after a stop
 */
record ListenerOptions(Supplier<Channel> channel, Supplier<IpcTemplate> template, @Nullable ErrorHandler errors,
        ObservationRegistry observations, Duration replyTimeout, Duration shutdownTimeout) {

    static ThreadFactory threads(boolean virtual, String name) {
        Thread.Builder threads = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon(false);
        return threads.name(name, 1).factory();
    }
}
