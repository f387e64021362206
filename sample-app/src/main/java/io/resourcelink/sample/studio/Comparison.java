package io.resourcelink.sample.studio;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
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
            Ways row = new Ways(frame, address, Reading.ROW);
            Ways all = new Ways(frame, address, Reading.ALL);
            warmUp(all);
            warmUp(row);
            Pair first = measure(frame, row);
            if (result == null) {
                result = new Result(frame.payloadSize(), first, null);
            }
            Result measured = new Result(frame.payloadSize(), first, measure(frame, all));
            result = measured;
            return measured;
        } finally {
            generator.suspended(false);
            running.unlock();
        }
    }

    /** Two messages that differ in the way to the same bytes. */
    private record Ways(Reading reading, Transfer link, Transfer download) {

        Ways(ResourceLink frame, URI address, Reading reading) {
            this(reading, new Transfer(reading, frame, null), new Transfer(reading, null, address));
        }
    }

    /** All four before the first one is measured: so the code that sends, receives and reads is compiled meanwhile, in all processes. */
    private void warmUp(Ways ways) {
        if (send(ways.link()) != send(ways.download())) {
            throw new IllegalStateException("The worker has not read the same bytes both ways.");
        }
        for (Transfer transfer : List.of(ways.download(), ways.link())) {
            for (long start = System.nanoTime(); System.nanoTime() - start < nanos / 2;) {
                send(transfer);
            }
        }
    }

    private Pair measure(ResourceLink frame, Ways ways) {
        int rows = ways.reading() == Reading.ALL ? HEIGHT : 1;
        return new Pair((long) rows * WIDTH * PixelFormat.RGB.bytes(), measure(ways.link(), frame.payloadSize(), 1),
                measure(ways.download(), frame.payloadSize(), 2));
    }

    private Figures measure(Transfer transfer, long bytes, int copies) {
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
        return new Figures(times[count / 2] / 1e3, times[0] / 1e3, count,
                bytes * (double) count / (end - start) * 1e3, copies);
    }

    private long send(Transfer transfer) {
        return Objects.requireNonNull(template.convertSendAndReceive(Transfer.QUEUE, transfer, Long.class));
    }
}
