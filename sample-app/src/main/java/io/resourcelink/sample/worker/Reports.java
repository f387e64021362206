package io.resourcelink.sample.worker;

import java.time.Duration;

import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.messaging.MessagingException;
import org.springframework.stereotype.Component;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.sample.message.WorkerReport;
import io.resourcelink.sample.process.Lifeline;

/**
 * Tells the studio that this worker is ready, and at its end what became of its tasks. Holds a segment of its own for as long as it
 * runs: what is left of a worker that is killed. Ends the worker when its standard input ends, which it does with the studio.
 */
@Component
final class Reports {

    /** The key of a worker's own segment, before its process id. */
    static final String KEY = "worker-";

    private static final Logger log = LoggerFactory.getLogger(Reports.class);
    private static final IpcSendOptions READY = IpcSendOptions.DEFAULT.sendTimeout(Duration.ofSeconds(30));
    private static final IpcSendOptions STOPPED = IpcSendOptions.DEFAULT.sendTimeout(Duration.ofSeconds(1))
            .failFast(true);

    private final long pid = ProcessHandle.current().pid();
    private final IpcTemplate template;
    private final IpcListenerEndpointRegistry listeners;
    private final Heartbeat heartbeat;
    private final ResourceLink own;
    private final boolean alone;

    /** {@code worker.alone} is for a worker that no studio has started, as in a container of its own. */
    Reports(IpcTemplate template, IpcListenerEndpointRegistry listeners, ResourceLinkFactory segments,
            Heartbeat heartbeat, Environment environment) {
        this.heartbeat = heartbeat;
        this.alone = environment.getProperty("worker.alone", Boolean.class, false);
        this.template = template;
        this.listeners = listeners;
        this.own = segments.publish(KEY + pid, Content.of(new byte[4096]));
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        ConfigurableApplicationContext worker = event.getApplicationContext();
        if (!alone) {
            Lifeline.attach(worker);
        }
        try {
            template.convertAndSend(WorkerReport.DESTINATION, new WorkerReport(pid, false, 0, 0, 0), READY);
            if (!alone) {
                heartbeat.start();
            }
        } catch (MessagingException e) {
            log.warn("No studio was told that this worker is ready: {}", e.getMessage());
        }
    }

    /** The listeners have stopped by now: the bean that knows them ends after this one. */
    @PreDestroy
    void stopped() {
        try (own) {
            IpcListenerContainer edges = listeners.find(EdgeListener.ID).orElseThrow();
            template.convertAndSend(WorkerReport.DESTINATION,
                    new WorkerReport(pid, true, edges.handled(), edges.failures(), edges.unhandled()), STOPPED);
        } catch (MessagingException e) {
            log.debug("The studio is gone", e);
        }
    }
}
