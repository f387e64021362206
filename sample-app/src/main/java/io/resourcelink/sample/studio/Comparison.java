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
import io.resourcelink.sample.message.Transfer.Reading;
import io.resourcelink.sample.picture.Scene;

/**
 * What it takes until a worker has been handed a frame of two megapixels and has read one row of it, or all of it: as a link in a message,
 * and as a download over HTTP on loopback. Between the same processes, by the same message, in turn. Thread-safe.
 */
@Component
final class Comparison {

    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1080;
    private static final int MOST = 100_000;

    private final ResourceLinkFactory segments;
    private final IpcTemplate template;
    private final Generator generator;
    private final Environment environment;
    private final long nanos;
    private final ReentrantLock running = new ReentrantLock();
    private volatile @Nullable Result result;

    Comparison(ResourceLinkFactory segments, IpcTemplate template, Generator generator, StudioProperties properties,
            Environment environment) {
        this.nanos = properties.comparisonTime().toNanos();
        this.segments = segments;
        this.template = template;
        this.generator = generator;
        this.environment = environment;
    }

    /**
     * One way.
     *
     * @param micros the median of all transfers
     * @param fastest the fastest one, in microseconds: how long it takes if no process has to wait for a processor
     * @param transfers how many there were
     * @param megabytesPerSecond how many bytes came to the worker, whether it read them or not
     * @param copies how often the bytes are in memory
     */
    record Figures(double micros, double fastest, int transfers, double megabytesPerSecond, int copies) {}

    /**
     * Both ways to the same bytes.
     *
     * @param bytes how many of them the worker reads
     * @param shared as a link
     * @param http as a download, of all of them
     */
    record Pair(long bytes, Figures shared, Figures http) {}

    /**
     * What was measured.
     *
     * @param bytes the frame
     * @param row of a worker that reads one row of it
     * @param all of a worker that reads all of it, {@code null} until that was measured as well
     */
    record Result(long bytes, Pair row, @Nullable Pair all) {}

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
            // Until the code that sends and receives is compiled, in both processes.
            warmUp(new Transfer(Reading.ROW, frame, null), 2 * nanos);
            Pair row = measure(frame, address, Reading.ROW);
            result = new Result(frame.payloadSize(), row, null);
            Result measured = new Result(frame.payloadSize(), row, measure(frame, address, Reading.ALL));
            result = measured;
            return measured;
        } finally {
            generator.suspended(false);
            running.unlock();
        }
    }

    private Pair measure(ResourceLink frame, URI address, Reading reading) {
        Transfer link = new Transfer(reading, frame, null);
        Transfer download = new Transfer(reading, null, address);
        if (send(link) != send(download)) {
            throw new IllegalStateException("The worker has not read the same bytes both ways.");
        }
        long all = frame.payloadSize();
        int rows = reading == Reading.ALL ? HEIGHT : 1;
        return new Pair((long) rows * WIDTH * PixelFormat.RGB.bytes(), measure(link, all, 1),
                measure(download, all, 2));
    }

    private Figures measure(Transfer transfer, long bytes, int copies) {
        warmUp(transfer, nanos / 2);
        long[] times = new long[MOST];
        int count = 0;
        long start = System.nanoTime();
        long end = start;
        while (count < MOST && end - start < nanos) {
            long before = end;
            send(transfer);
            end = System.nanoTime();
            times[count++] = end - before;
        }
        Arrays.sort(times, 0, count);
        return new Figures(times[count / 2] / 1e3, times[0] / 1e3, count, bytes * (double) count / (end - start) * 1e3,
                copies);
    }

    private void warmUp(Transfer transfer, long time) {
        for (long start = System.nanoTime(); System.nanoTime() - start < time;) {
            send(transfer);
        }
    }

    private long send(Transfer transfer) {
        return Objects.requireNonNull(template.convertSendAndReceive(Transfer.QUEUE, transfer, Long.class));
    }
}
