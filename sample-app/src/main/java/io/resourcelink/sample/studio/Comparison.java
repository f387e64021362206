package io.resourcelink.sample.studio;

import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;
import io.resourcelink.sample.message.Transfer;
import io.resourcelink.sample.picture.Scene;

/**
 * What it takes until a worker has the bytes of a frame of two megapixels in its address space: as a link in a message, and as a
 * download over HTTP on loopback. Between the same processes, one after the other, about a second each. Thread-safe.
 */
@Component
final class Comparison {

    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1080;
    private static final long NANOS = 1_000_000_000;
    private static final int MOST = 100_000;
    private static final long WARM_UP_NANOS = NANOS / 2;

    private final ResourceLinkFactory segments;
    private final IpcTemplate template;
    private final Generator generator;
    private final Environment environment;
    private final ReentrantLock running = new ReentrantLock();
    private volatile @Nullable Result result;

    Comparison(ResourceLinkFactory segments, IpcTemplate template, Generator generator, Environment environment) {
        this.segments = segments;
        this.template = template;
        this.generator = generator;
        this.environment = environment;
    }

    /**
     * One way.
     *
     * @param micros the median of all transfers
     * @param transfers how many there were
     * @param megabytesPerSecond how many bytes the worker got at
     * @param copies how often the bytes are in memory
     */
    record Figures(double micros, int transfers, double megabytesPerSecond, int copies) {}

    /**
     * Both ways.
     *
     * @param bytes the frame
     */
    record Result(long bytes, Figures shared, Figures http) {}

    @Nullable
    Result result() {
        return result;
    }

    /**
     * Measures. The generator pauses meanwhile.
     *
     * @throws RefusedException if a measurement is running
     */
    Result measure() {
        if (!running.tryLock()) {
            throw new RefusedException("A measurement is running already.");
        }
        generator.suspended(true);
        try (ResourceLink frame = segments.publish("compared-" + Long.toHexString(System.nanoTime()),
                Content.filling(Frame.bytes(WIDTH, HEIGHT, PixelFormat.RGB),
                        payload -> Scene.draw(Frame.create(payload, WIDTH, HEIGHT, PixelFormat.RGB), 1)))) {
            URI address = URI.create("http://127.0.0.1:" + environment.getRequiredProperty("local.server.port")
                    + "/comparison/" + frame.key());
            long bytes = frame.payloadSize();
            Figures shared = measure(new Transfer(frame, null), bytes, 1);
            Figures http = measure(new Transfer(null, address), bytes, 2);
            Result measured = new Result(bytes, shared, http);
            result = measured;
            return measured;
        } finally {
            generator.suspended(false);
            running.unlock();
        }
    }

    private Figures measure(Transfer transfer, long bytes, int copies) {
        for (long start = System.nanoTime(); System.nanoTime() - start < WARM_UP_NANOS;) {
            send(transfer);
        }
        long[] nanos = new long[MOST];
        int count = 0;
        long start = System.nanoTime();
        long end = start;
        while (count < MOST && end - start < NANOS) {
            long before = end;
            send(transfer);
            end = System.nanoTime();
            nanos[count++] = end - before;
        }
        Arrays.sort(nanos, 0, count);
        return new Figures(nanos[count / 2] / 1e3, count, bytes * (double) count / (end - start) * 1e3, copies);
    }

    private void send(Transfer transfer) {
        Objects.requireNonNull(template.convertSendAndReceive(Transfer.QUEUE, transfer, Long.class));
    }
}
