package io.resourcelink.sample.studio;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLink;
import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerGoneException;
import io.resourcelink.boot.messaging.RequestUnhandledException;
import io.resourcelink.sample.message.EdgesFound;
import io.resourcelink.sample.message.FrameTask;

/** Has workers find the edges of frames. Thread-safe. */
@Component
final class EdgeFinding {

    private static final Logger log = LoggerFactory.getLogger(EdgeFinding.class);

    /** A worker that hangs is ended before its studio gives the frame up, so that another one is asked. */
    private static final Duration UNTIL_ENDED = Duration.ofSeconds(5);

    private final IpcTemplate template;
    private final Workers workers;
    private final IpcSendOptions patient;

    EdgeFinding(IpcTemplate template, Workers workers, StudioProperties properties) {
        this.template = template;
        this.workers = workers;
        this.patient = IpcSendOptions.DEFAULT.sendTimeout(properties.workerTimeout())
                .replyTimeout(properties.workerTimeout().plus(UNTIL_ENDED));
    }

    /**
     * Waits for the edges of a frame. If the worker is lost over it, another one is asked, for a segment with another key: the
     * kernel may need a moment until it has dropped what the first one held.
     */
    EdgesFound find(ResourceLink frame) {
        try {
            return find(frame, ".edges");
        } catch (ListenerGoneException | RequestUnhandledException e) {
            log.info("{} Another worker is asked.", e.getMessage());
            return find(frame, ".edges-again");
        }
    }

    private EdgesFound find(ResourceLink frame, String suffix) {
        EdgesFound found = Objects.requireNonNull(template.convertSendAndReceive(FrameTask.QUEUE,
                new FrameTask(frame, frame.key() + suffix), EdgesFound.class, patient));
        workers.answered(found);
        return found;
    }

    /** Asks for the edges of a frame and waits for nothing but the sending, that only for a moment. No second attempt. */
    CompletableFuture<EdgesFound> findSoon(ResourceLink frame, Duration moment) {
        return template.convertSendAndReceiveAsync(FrameTask.QUEUE, new FrameTask(frame, frame.key() + ".edges"),
                EdgesFound.class, patient.sendTimeout(moment)).thenApply(reply -> {
                    EdgesFound found = Objects.requireNonNull(reply);
                    workers.answered(found);
                    return found;
                });
    }
}
