package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.LogFactory;
import org.springframework.util.ErrorHandler;

import io.resourcelink.channel.Channel;

/**
 * What all listeners of an application have in common.
 *
 * @param channel what they receive from
 * @param template sends what goes to another destination
 * @param errors is told of what nobody else has handled
 * @param observations is told of each message
 * @param replyTimeout how long a reply may take to be sent
 * @param shutdownTimeout how long methods may take to return when their listener is stopped
 */
record ListenerOptions(Supplier<Channel> channel, Supplier<IpcTemplate> template, ErrorHandler errors,
        ObservationRegistry observations, Duration replyTimeout, Duration shutdownTimeout) {

    /** A handler that fails must not end the listener. */
    void failed(Throwable failure) {
        try {
            errors.handleError(failure);
        } catch (RuntimeException e) {
            LogFactory.getLog(IpcListenerContainer.class).error("The handler of a listener's errors has failed.", e);
        }
    }

    static ThreadFactory threads(boolean virtual, String name) {
        Thread.Builder threads = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon(false);
        return threads.name(name, 1).factory();
    }
}
