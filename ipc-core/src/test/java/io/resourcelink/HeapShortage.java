package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubSender;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;

/**
 * A process with a small heap, which two threads exhaust again and again while others work; afterwards everything has to work
 * again. Arguments: a directory, how many milliseconds, a seed.
 */
final class HeapShortage {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final long seed;
    private final long end;
    private final AtomicLong shortages = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    private HeapShortage(Path directory, long millis, long seed) {
        this.directory = directory;
        this.seed = seed;
        this.end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** What is done again and again; whatever it throws is its own affair. */
    private interface Work {

        void once(Random random) throws Throwable;
    }

    public static void main(String[] arguments) throws Exception {
        HeapShortage run = new HeapShortage(Path.of(arguments[0]), Long.parseLong(arguments[1]),
                Long.parseLong(arguments[2]));
        run.run();
        // Not only main may have to end: a thread that hangs must not keep the process.
        System.out.flush();
        Runtime.getRuntime().halt(run.wrong.isEmpty() ? 0 : 1);
    }

    private void run() throws Exception {
        ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).watch(true).build();
        ResourceLinkFactory other = ResourceLinkFactory.builder().directory(directory).build();
        Channel receiving = channel(factory);
        Channel sending = channel(other);
        NamedServer<byte[]> server = receiving.serve("heap", byte[].class);
        SubSender<byte[]> sender = sending.connect("heap", byte[].class);
        // More than once: what is used for the first time without heap is lost to the JVM for ever, its own classes as well.
        for (int round = 0; round < 3; round++) {
            works(factory, other);
        }
        worksOnChannel(receiving, sending, "before");
        loop("hog-1", this::exhaust);
        loop("hog-2", this::exhaust);
        loop("publish", random -> publish(factory, random));
        loop("publish-other", random -> publish(other, random));
        loop("acquire", random -> other.tryAcquire("key-" + random.nextInt(4)).ifPresent(HeapShortage::use));
        loop("wait", random -> use(other.acquire("key-" + random.nextInt(4), Duration.ofMillis(random.nextInt(50)))));
        loop("sweep", _ -> factory.collectOrphans(Duration.ZERO));
        loop("orphan", random -> leave(random.nextInt(1000)));
        loop("send", random -> sender.send(new byte[random.nextInt(2000)], Duration.ofMillis(100)));
        loop("receive", _ -> server.receiver().receive(Duration.ofMillis(100)));
        // The hogs last: a thread can't be started without heap.
        threads.reversed().forEach(Thread::start);
        awaitEnd();
        for (Thread thread : threads) {
            if (!thread.join(PATIENCE)) {
                wrong(thread.getName() + " hangs at " + List.of(thread.getStackTrace()));
            }
        }
        check("segments", () -> works(factory, other));
        check("channels", () -> worksOnChannel(receiving, sending, "after"));
        close("channel that receives", receiving);
        close("channel that sends", sending);
        close("factory", factory);
        close("other factory", other);
        check("threads", this::noThreadIsLeft);
        lostByTheJvm();
        System.out.println((wrong.isEmpty() ? "ok" : "wrong: " + String.join("; ", wrong)) + ": " + shortages
                + " shortages, " + done + " operations, " + failed + " failed, " + factory.failures() + " and "
                + other.failures() + " failures of the factories' own threads, " + lost()
                + " descriptors and mappings lost");
    }

    /** Without heap even waiting can fail. */
    private void awaitEnd() {
        while (System.nanoTime() < end || threads.get(0).isAlive() || threads.get(1).isAlive()) {
            try {
                Thread.sleep(10);
            } catch (Throwable _) {
                // Again.
            }
        }
    }

    private Channel channel(ResourceLinkFactory segments) {
        return Channel.builder().directory(directory.resolve("channels")).segments(segments).open();
    }

    private void loop(String name, Work work) {
        Random random = new Random(seed + threads.size());
        Thread thread = new Thread(() -> {
            while (System.nanoTime() < end) {
                try {
                    work.once(random);
                    done.incrementAndGet();
                } catch (Throwable _) {
                    failed.incrementAndGet();
                }
            }
        }, "test-" + name);
        threads.add(thread);
    }

    /** Takes all of the heap, holds it for some milliseconds, and lets others breathe. */
    private void exhaust(Random random) {
        List<byte[]> taken = new ArrayList<>();
        try {
            // Large pieces first, small ones at the end: now and then not even an exception has room.
            int smallest = 16 << random.nextInt(10);
            for (int size = 1 << 18; size >= smallest; size /= 2) {
                fill(taken, size);
            }
            throw new OutOfMemoryError("for so small pieces");
        } catch (OutOfMemoryError _) {
            shortages.incrementAndGet();
            LockSupport.parkNanos(random.nextInt(20_000_000));
        }
        taken.clear();
        LockSupport.parkNanos(random.nextInt(30_000_000));
    }

    private static void fill(List<byte[]> taken, int size) {
        try {
            while (taken.size() < Integer.MAX_VALUE) {
                taken.add(new byte[size]);
            }
        } catch (OutOfMemoryError _) {
            // The next ones are smaller.
        }
    }

    private static void publish(ResourceLinkFactory factory, Random random) {
        byte[] bytes = new byte[1 + random.nextInt(3) * 5000];
        try (ResourceLink link = factory.publish("key-" + random.nextInt(4), Content.of(bytes))) {
            try (ResourceLink again = link.retain()) {
                use(again);
            }
        }
    }

    private static void use(ResourceLink link) {
        try (link) {
            link.payload().get(ValueLayout.JAVA_BYTE, 0);
        }
    }

    private void leave(int number) {
        ResourceLinkFactory dying = ResourceLinkFactory.builder().directory(directory).build();
        try {
            dying.create("orphan-" + number, 100);
        } finally {
            abandon(dying);
        }
    }

    /** Only tests do so; a process that dies needs no heap for it. */
    private static void abandon(ResourceLinkFactory dying) {
        try {
            dying.abandon();
        } catch (OutOfMemoryError _) {
            LockSupport.parkNanos(1_000_000);
            abandon(dying);
        }
    }

    private void works(ResourceLinkFactory factory, ResourceLinkFactory other) throws Exception {
        factory.collectOrphans(Duration.ZERO);
        try (ResourceLink link = factory.publish("new", Content.of(new byte[5000]));
                ResourceLink again = other.acquire("new");
                ResourceLink retained = again.retain()) {
            expect("three references", link.refcount() == 3 && retained.payload().byteSize() == 5000);
        }
        Thread creating = Thread.ofPlatform().start(() -> factory.create("late", 10));
        other.acquire("late", PATIENCE).close();
        creating.join();
        leave(-1);
        expect("the watcher collects", Deadline.await(PATIENCE, () -> factory.info("orphan--1").isEmpty()));
        expect("it is watched", factory.isWatching());
    }

    private static void worksOnChannel(Channel receiving, Channel sending, String when) throws Exception {
        try (NamedServer<byte[]> server = receiving.serve(when, byte[].class);
                SubSender<byte[]> sender = sending.connect(when, byte[].class, PATIENCE)) {
            expect("sent", sender.send(new byte[100], PATIENCE));
            expect("received", server.receiver().receive(PATIENCE).isPresent());
        }
    }

    private void noThreadIsLeft() {
        expect("all have ended", Deadline.await(PATIENCE, () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("ipc-"))));
    }

    /**
     * How many descriptors and mappings are left after everything was closed and collected: what an allocation inside the JDK has
     * lost. {@code EmptyHeapTest} shows that those of this library lose none.
     */
    private int lost() {
        Deadline.await(Duration.ofSeconds(5), () -> {
            System.gc();
            Reclaimer.reclaimNow();
            return left().isEmpty();
        });
        return left().size();
    }

    private List<String> left() {
        try {
            List<String> left = new ArrayList<>(SharedMemoryDirectory.openDescriptors(directory));
            left.addAll(Descriptors.mappings(directory.toString()));
            return left;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void lostByTheJvm() {
        Map<String, Work> parts = Map.of("logging", _ -> System.getLogger("heap").log(System.Logger.Level.DEBUG, "x"),
                "the common pool", _ -> CompletableFuture.runAsync(() -> {}).get(10, TimeUnit.SECONDS),
                "virtual threads", _ -> {
                    CountDownLatch ran = new CountDownLatch(1);
                    Thread.ofVirtual().start(ran::countDown);
                    expect("ran", ran.await(10, TimeUnit.SECONDS));
                }, "management", _ -> ManagementFactory.getRuntimeMXBean().getUptime());
        parts.forEach((name, part) -> {
            try {
                part.once(new Random());
            } catch (Throwable e) {
                System.out.println("lost by the JDK: " + name + ", " + e);
            }
        });
    }

    private void close(String what, AutoCloseable closed) throws InterruptedException {
        Thread closing = Thread.ofPlatform().start(() -> check("closing of the " + what, closed::close));
        if (!closing.join(PATIENCE)) {
            wrong("closing the " + what + " hangs at " + List.of(closing.getStackTrace()));
        }
    }

    private interface Check {

        void run() throws Exception;
    }

    private void check(String what, Check check) {
        try {
            check.run();
        } catch (Throwable e) {
            wrong(what + ": " + e + " at "
                    + List.of(e.getStackTrace()).subList(0, Math.min(4, e.getStackTrace().length)));
        }
    }

    private synchronized void wrong(String what) {
        wrong.add(what);
    }

    private static void expect(String what, boolean isSo) {
        if (!isSo) {
            throw new AssertionError(what);
        }
    }
}
