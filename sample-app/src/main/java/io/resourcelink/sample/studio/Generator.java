package io.resourcelink.sample.studio;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessagingException;
import org.springframework.stereotype.Component;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.DestinationNotServedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;
import io.resourcelink.sample.message.EdgesFound;
import io.resourcelink.sample.picture.Scene;
import io.resourcelink.segment.CreateOptions;

/**
 * Draws thirty frames a second and has workers find their edges, for as long as somebody looks. Each frame is a segment of its
 * own. At most {@value #UNDER_WAY} are under way: a frame that no worker has room for is not drawn. Where frames come from another host,
 * it is those that are shown, and nothing is drawn until a person asks for it. Thread-safe.
 */
@Component
final class Generator implements AutoCloseable {

    static final int WIDTH = 640;
    static final int HEIGHT = 360;
    private static final int PER_SECOND = 30;
    private static final int UNDER_WAY = 8;
    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(Generator.class);

    private final ResourceLinkFactory segments;
    private final EdgeFinding edgeFinding;
    private final ScheduledExecutorService timer = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("generator").daemon().factory());
    private final long began = System.nanoTime();
    private final AtomicInteger viewers = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private volatile boolean paused;
    private volatile boolean suspended;
    private volatile long wantedUntil = began;
    private volatile long lastMicros;
    private volatile boolean nobody;
    private @Nullable ResourceLink latest;

    Generator(ResourceLinkFactory segments, EdgeFinding edgeFinding, StudioProperties properties) {
        this.paused = properties.framesFrom() != null;
        this.segments = segments;
        this.edgeFinding = edgeFinding;
        var _ = timer.scheduleAtFixedRate(this::step, 0, 1_000_000_000L / PER_SECOND, TimeUnit.NANOSECONDS);
    }

    /**
     * What became of the frames.
     *
     * @param sent to the queue, or meant to be
     * @param answered by workers
     * @param lost with a worker, or with its time-out
     * @param skipped because the workers had no room, or there was none
     * @param underWay sent and not answered
     * @param micros the latest round trip, without the work
     * @param nobody whether no worker takes frames
     */
    record Figures(boolean paused, long sent, long answered, long lost, long skipped, int underWay, long micros,
            boolean nobody) {}

    Figures figures() {
        return new Figures(paused, sent.get(), answered.get(), lost.get(), skipped.get(), underWay.get(), lastMicros,
                nobody);
    }

    void paused(boolean pause) {
        paused = pause;
    }

    /** Draws nothing during a measurement. Whether a person has paused it, is another matter. */
    void suspended(boolean suspend) {
        suspended = suspend;
    }

    void viewerCame() {
        viewers.incrementAndGet();
    }

    void viewerLeft() {
        viewers.decrementAndGet();
    }

    /** Whether somebody looks at a page of this studio. */
    boolean hasViewers() {
        return viewers.get() > 0;
    }

    /** Somebody looks at the page of another host, which shows what is drawn here. */
    void wantedFor(Duration time) {
        wantedUntil = System.nanoTime() + time.toNanos();
    }

    private boolean isWanted() {
        return hasViewers() || System.nanoTime() - wantedUntil < 0;
    }

    /** A reference of the caller's own on the latest frame, or {@code null} if there is none. */
    synchronized @Nullable ResourceLink holdLatest() {
        return latest == null ? null : latest.retain();
    }

    /** A timer's task that throws would not run again. With the last one who looks, the last frame goes. */
    private void step() {
        try {
            if (!isWanted()) {
                show(null);
            } else if (!paused && !suspended) {
                drawIfThereIsRoom();
            }
        } catch (IpcException | IllegalStateException e) {
            log.warn("A frame is not drawn: {}", e.getMessage());
        } catch (Throwable e) {
            log.warn("A frame is not drawn", e);
        }
    }

    private void drawIfThereIsRoom() {
        if (underWay.get() < UNDER_WAY) {
            send(draw());
        } else {
            skipped.incrementAndGet();
        }
    }

    /** A frame that was not drawn here goes the same way, if there is time for it. The link stays the caller's. */
    void take(ResourceLink frame) {
        if (paused && !suspended && isWanted() && underWay.get() < UNDER_WAY) {
            send(frame.retain());
        }
    }

    private ResourceLink draw() {
        double time = (System.nanoTime() - began) / 1e9;
        return segments.publish("live-" + sent.get(),
                Content.filling(Frame.bytes(WIDTH, HEIGHT, PixelFormat.RGB),
                        payload -> Scene.draw(Frame.create(payload, WIDTH, HEIGHT, PixelFormat.RGB), time)),
                CreateOptions.defaults().withTtl(TTL));
    }

    private void send(ResourceLink frame) {
        sent.incrementAndGet();
        underWay.incrementAndGet();
        long start = System.nanoTime();
        ask(frame).handle((found, failure) -> {
            underWay.decrementAndGet();
            if (found == null) {
                frame.close();
                failed(failure);
            } else {
                received(frame, found, (System.nanoTime() - start) / 1_000);
            }
            return found;
        }).exceptionally(e -> {
            log.warn("A frame is lost", e);
            return null;
        });
    }

    /** What is thrown before anything was sent is a failure like any other: the frame is closed, and no longer under way. */
    private CompletableFuture<EdgesFound> ask(ResourceLink frame) {
        try {
            return edgeFinding.findSoon(frame, MOMENT);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void received(ResourceLink frame, EdgesFound found, long roundTrip) {
        nobody = false;
        answered.incrementAndGet();
        lastMicros = Math.max(0, roundTrip - found.micros());
        found.edges().close();
        show(frame);
    }

    private void failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        nobody = cause instanceof DestinationNotServedException;
        if (cause instanceof MessageDeliveryException) {
            // It was not sent.
            skipped.incrementAndGet();
            return;
        }
        lost.incrementAndGet();
        if (cause instanceof MessagingException) {
            log.info("A frame is lost: {}", cause.getMessage());
        } else {
            log.warn("A frame is lost", cause);
        }
    }

    private synchronized void show(@Nullable ResourceLink frame) {
        ResourceLink before = latest;
        latest = frame;
        if (before != null) {
            before.close();
        }
        if (frame != null && !isWanted()) {
            latest = null;
            frame.close();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        viewers.set(0);
        wantedUntil = System.nanoTime();
        show(null);
    }
}
