package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

import io.resourcelink.boot.messaging.IpcListenerSettings;

/**
 * The properties of listeners as a registry takes them.
 *
 * @param listener the properties
 */
record ListenerProperties(IpcMessagingProperties.Listener listener) {

    private static final String PHASE_TIMEOUT = "spring.lifecycle.timeout-per-shutdown-phase";

    /** The default of Spring Boot. */
    private static final Duration DEFAULT_PHASE_TIMEOUT = Duration.ofSeconds(30);

    /** What closing and reporting may take after the deadline, before Spring goes on without waiting. */
    private static final Duration LONGEST_MARGIN = Duration.ofMillis(500);

    IpcListenerSettings settings() {
        return new IpcListenerSettings(listener.autoStartup(), listener.concurrency(), listener.prefetch(),
                listener.prefetchSize(), listener.maxAge(), listener.dropping());
    }

    /** {@return the smaller of the shutdown time-out and the time after which Spring destroys the beans in any case} */
    Duration shutdownTimeout(Environment environment) {
        Duration phase = Binder.get(environment).bind(PHASE_TIMEOUT, Duration.class).orElse(DEFAULT_PHASE_TIMEOUT);
        Duration margin = phase.dividedBy(10);
        Duration longest = phase.minus(margin.compareTo(LONGEST_MARGIN) < 0 ? margin : LONGEST_MARGIN);
        return listener.shutdownTimeout().compareTo(longest) < 0 ? listener.shutdownTimeout() : longest;
    }
}
