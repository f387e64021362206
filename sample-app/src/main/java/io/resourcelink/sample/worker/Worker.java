package io.resourcelink.sample.worker;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.sample.layout.EdgeMap;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.line.Line;
import io.resourcelink.sample.line.LineReader;
import io.resourcelink.segment.CreateOptions;

/**
 * The worker's program. It answers the studio's lines until its standard input ends, which it does with the studio,
 * however that dies; so no worker is ever left behind. What it still holds then, the kernel lets go of with it.
 */
public final class Worker implements AutoCloseable {

    /** What the application's first argument is where one main class starts both programs. */
    public static final String ARGUMENT = "--worker";

    private final ResourceLinkFactory links;
    private final PrintStream out;
    private final ExecutorService pool;
    /** Results the studio has not acquired yet, by request: somebody has to hold them till then. */
    private final Map<Long, ResourceLink> results = new ConcurrentHashMap<>();

    private Worker(ResourceLinkFactory links, PrintStream out) {
        this.links = links;
        this.out = out;
        this.pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(),
                Thread.ofPlatform().name("edges-", 0).daemon().uncaughtExceptionHandler(Worker::die).factory());
    }

    /**
     * Runs a worker.
     *
     * @param args the directory of the segments
     * @throws IOException if the studio's lines cannot be read or understood
     */
    public static void main(String... args) throws IOException {
        PrintStream out = System.out;
        // Whatever else is printed in this JVM must not get between the lines.
        System.setOut(System.err);
        try (ResourceLinkFactory links = ResourceLinkFactory.builder().directory(Path.of(args[0])).build();
                Worker worker = new Worker(links, out)) {
            warmUp(links);
            worker.serve(new LineReader(System.in));
        }
    }

    /** The first segment costs the loading of classes: not in the time of somebody's first frame, but before it. */
    private static void warmUp(ResourceLinkFactory links) {
        String key = "worker-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        try (ResourceLink made = links.create(key, 1); ResourceLink acquired = links.acquire(made.key())) {
            acquired.payload();
        } catch (IpcException e) {
            System.err.println("The worker starts cold: " + e.getMessage());
        }
    }

    private void serve(LineReader in) throws IOException {
        say(new Line.Ready(ProcessHandle.current().pid()));
        for (Line line = in.next(); line != null; line = in.next()) {
            switch (line) {
                case Line.Work(long id, String key) -> acquire(id, key);
                case Line.Release(long id) -> release(id);
                default -> throw new ProtocolException("This is not for a worker: " + line.text());
            }
        }
    }

    /** On the reading thread, so that a frame is acquired at once even while all others are busy. */
    private void acquire(long id, String key) {
        try {
            ResourceLink frame = links.acquire(key);
            say(new Line.Acquired(id));
            pool.execute(() -> say(work(id, frame)));
        } catch (IpcException e) {
            say(failure(id, Line.Reason.UNUSABLE, e));
        }
    }

    /** The frame is let go of before the answer is said: who hears that the work is done need not wait for that. */
    private Line work(long id, ResourceLink link) {
        long start = System.nanoTime();
        try (link) {
            Frame frame = Frame.read(link.payload());
            ResourceLink result = links.publish(link.key() + ".edges",
                    Content.filling(EdgeMap.bytes(frame.width(), frame.height()),
                            payload -> EdgeFinder.find(frame, EdgeMap.create(payload, frame.width(), frame.height()))),
                    CreateOptions.defaults().withTtl(Objects.requireNonNullElse(link.ttl(), Duration.ZERO)));
            results.put(id, result);
            return new Line.Done(id, result.key(), (System.nanoTime() - start) / 1_000);
        } catch (OutOfSpaceException e) {
            return failure(id, Line.Reason.NO_SPACE, e);
        } catch (IpcException | IllegalArgumentException e) {
            return failure(id, Line.Reason.UNUSABLE, e);
        }
    }

    private void release(long id) {
        ResourceLink result = results.remove(id);
        if (result != null) {
            result.close();
        }
    }

    private Line failure(long id, Line.Reason reason, RuntimeException e) {
        release(id);
        return new Line.Failed(id, reason, String.valueOf(e.getMessage()));
    }

    private void say(Line line) {
        byte[] bytes = (line.text() + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            out.write(bytes, 0, bytes.length);
            out.flush();
        }
    }

    /** A request was lost, and the studio waits for it: it learns at once if this JVM ends. */
    @SuppressWarnings("SystemExitOutsideMain")
    private static void die(Thread thread, Throwable cause) {
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void close() {
        pool.shutdownNow();
        results.values().forEach(ResourceLink::close);
    }
}
