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
 * Health of the listeners: {@link Status#DOWN} if one was started and cannot receive. One that another process stands in for
 * is up, and so is one that was stopped. Details are the state, the number of threads and of failed messages of each, by its
 * id. Threads that have ended are replaced on this occasion.
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
            details.put("state", state);
            details.put("threads", listener.threads());
            details.put("failures", listener.failures());
            builder.withDetail(listener.endpoint().id(), details);
        }
    }
}
