package io.resourcelink.sample.viewer;

import jakarta.annotation.PreDestroy;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jms.core.JmsClient;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.sample.message.Host;
import io.resourcelink.sample.message.ViewerReady;
import io.resourcelink.sample.process.Lifeline;

/**
 * Tells the studio that this viewer is ready, and ends it with the studio. A far host is switched off then, and what it had fetched is
 * gone: it is the only process there.
 */
@Component
final class Presence {

    private final JmsClient jms;
    private final ResourceLinkFactory segments;
    private final Host host;

    Presence(JmsClient jms, ResourceLinkFactory segments, @Value("${viewer.host}") Host host) {
        this.jms = jms;
        this.segments = segments;
        this.host = host;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        Lifeline.attach(event.getApplicationContext());
        jms.destination(ViewerReady.QUEUE).send(new ViewerReady(host, ProcessHandle.current().pid()));
    }

    @PreDestroy
    void switchOff() {
        if (host == Host.FAR) {
            segments.list().forEach(segment -> segments.remove(segment.key()));
        }
    }
}
