package io.resourcelink.sample.worker;

import java.time.Duration;
import java.util.Objects;

import org.springframework.stereotype.Component;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.sample.layout.EdgeMap;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.message.EdgesFound;
import io.resourcelink.sample.message.FrameDone;
import io.resourcelink.sample.message.FrameTask;
import io.resourcelink.sample.message.NoRoomException;
import io.resourcelink.segment.CreateOptions;

/** Finds edges: the work. All workers compete for the messages of one queue. */
@Component
final class EdgeListener {

    static final String ID = "edges";

    private final ResourceLinkFactory segments;
    private final IpcTemplate template;
    private final Heartbeat heartbeat;

    EdgeListener(ResourceLinkFactory segments, IpcTemplate template, Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
        this.segments = segments;
        this.template = template;
    }

    /** The links of the task are closed when this has returned, that of the reply when it was sent. */
    @IpcListener(destination = FrameTask.QUEUE, id = ID, kind = DestinationKind.QUEUE, prefetch = "4")
    EdgesFound find(FrameTask task) {
        try (var _ = heartbeat.task()) {
            return findEdges(task);
        }
    }

    private EdgesFound findEdges(FrameTask task) {
        long start = System.nanoTime();
        Frame frame = Frame.read(task.frame().payload());
        ResourceLink edges = publish(task, frame);
        try {
            long micros = (System.nanoTime() - start) / 1_000;
            template.publish(FrameDone.TOPIC, new FrameDone(task.frame(), edges));
            return new EdgesFound(edges, ProcessHandle.current().pid(), micros);
        } catch (RuntimeException | Error e) {
            edges.close();
            throw e;
        }
    }

    private ResourceLink publish(FrameTask task, Frame frame) {
        Duration ttl = Objects.requireNonNullElse(task.frame().ttl(), Duration.ZERO);
        try {
            return segments.publish(task.edgesKey(),
                    Content.filling(EdgeMap.bytes(frame.width(), frame.height()), payload -> EdgeFinder.find(frame,
                            EdgeMap.create(payload, frame.width(), frame.height()))),
                    CreateOptions.defaults().withTtl(ttl));
        } catch (OutOfSpaceException e) {
            throw new NoRoomException(e);
        }
    }
}
