package io.resourcelink.boot.health;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.ListenerState;

/**
 * Health of the listeners. It is {@link Status#DOWN} if a listener was started and cannot receive. A listener is up if
 * it was stopped, or if another process serves its destination. Details are the state, the number of threads and the
 * numbers of failed, expired, missed and unhandled messages of each listener, by its id. A check replaces threads that have ended.
 */
public final class IpcListenersHealthIndicator extends AbstractHealthIndicator {

    private final IpcListenerEndpointRegistry listeners;

    /**
     * Creates the indicator.
     *
     * @param listeners the listeners that are checked
     */
    public IpcListenersHealthIndicator(IpcListenerEndpointRegistry listeners) {
        super("IPC listeners' health check failed");
        this.listeners = listeners;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        for (IpcListenerContainer listener : listeners.containers()) {
            ListenerState state = listener.state();
            if (state == ListenerState.FAILED) {
                builder.down();
            }
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("destination", listener.endpoint().destination());
            details.put("kind", listener.endpoint().kind());
            details.put("state", state);
            details.put("threads", listener.threads());
            details.put("failures", listener.failures());
            details.put("expired", listener.expired());
            details.put("missed", listener.missed());
            details.put("unhandled", listener.unhandled());
            builder.withDetail(listener.endpoint().id(), details);
        }
    }
}
