package io.resourcelink.sample.viewer;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jms.core.JmsClient;
import org.springframework.stereotype.Component;

import io.resourcelink.sample.message.FramesWanted;
import io.resourcelink.sample.message.Host;
import io.resourcelink.sample.message.ViewerReady;
import io.resourcelink.sample.process.Lifeline;

/** Tells the studio that this viewer is ready, and whether a person looks at its page; and ends it with the studio. */
@Component
final class Presence {

    private final JmsClient jms;
    private final Host host;

    Presence(JmsClient jms, @Value("${viewer.host}") Host host) {
        this.jms = jms;
        this.host = host;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        Lifeline.attach(event.getApplicationContext());
        jms.destination(ViewerReady.QUEUE).send(new ViewerReady(host, ProcessHandle.current().pid()));
    }

    @EventListener
    void wanted(FramesWanted wanted) {
        jms.destination(FramesWanted.QUEUE).withTimeToLive(FramesWanted.LASTS.toMillis()).send(wanted);
    }
}
