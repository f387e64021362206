package io.resourcelink.campaign;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubSender;

/**
 * Does what an application does, for as long as it is told, in two threads: publishes, acquires, reads and releases segments of random
 * sizes, sends links and requests through a channel to another one of this process, creates and sweeps. Prints a {@link Sample} each
 * second, or less often, so that there are at most {@value #MOST_SAMPLES}. Arguments: the directory, how many seconds, and the seed.
 */
final class SoakPeer implements Callable<Void> {

    private static final int THREADS = 2;
    private static final long MOST_SAMPLES = 600;
    private static final int BATCH = 100;
    private static final int LARGEST = 256 << 10;
    private static final MessageType<ResourceLink> LINKS = MessageType.of(ResourceLink.class);
    private static final MessageType<Integer> NUMBERS = MessageType.of(Integer.class);

    private final Place place;
    private final String name;
    private final SplittableRandom random;
    private final byte[] bytes = new byte[LARGEST];
    private final byte[] sent = new byte[16 << 10];
    private long operations;

    /**
     * What the threads share.
     *
     * @param producer whose segments are published
     * @param consumer whose segments are acquired
     * @param sending the channel that sends
     * @param serving the channel that receives
     * @param operations what all have done
     * @param over whether the time is over
     */
    private record Place(ResourceLinkFactory producer, ResourceLinkFactory consumer, Channel sending, Channel serving,
            LongAdder operations, AtomicBoolean over) {}

    /** One thread's ends of the channels. */
    private record Ends(SubSender<ResourceLink> links, NamedServer<ResourceLink> linkServer,
            SubSender<Integer> numbers, NamedServer<Integer> numberServer) {}

    private SoakPeer(Place place, String name, SplittableRandom random) {
        this.place = place;
        this.name = name;
        this.random = random;
    }

    public static void main(String[] arguments) throws Exception {
        Path segments = Path.of(arguments[0], "segments");
        Path channels = Path.of(arguments[0], "channels");
        long seconds = Long.parseLong(arguments[1]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[2]));
        try (ResourceLinkFactory producer = ResourceLinkFactory.builder().directory(segments).build();
                ResourceLinkFactory consumer = ResourceLinkFactory.builder().directory(segments).build();
                Channel sending = Channel.builder().directory(channels).segments(producer).open();
                Channel serving = Channel.builder().directory(channels).segments(consumer).open();
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            Place place = new Place(producer, consumer, sending, serving, new LongAdder(), new AtomicBoolean());
            CompletionService<Void> all = new ExecutorCompletionService<>(threads);
            for (int thread = 0; thread < THREADS; thread++) {
                all.submit(new SoakPeer(place, "soak-" + thread, random.split()));
            }
            try {
                sample(place, all, seconds);
            } finally {
                place.over.set(true);
            }
            for (int thread = 0; thread < THREADS; thread++) {
                all.take().get();
            }
        }
    }

    /** Prints samples until the time is over. Throws what a thread has thrown. */
    private static void sample(Place place, CompletionService<Void> all, long seconds) throws Exception {
        long begin = System.nanoTime();
        long step = Math.ceilDiv(seconds, MOST_SAMPLES);
        for (long second = step; second <= seconds; second += step) {
            long left = begin + TimeUnit.SECONDS.toNanos(second) - System.nanoTime();
            Future<Void> ended = all.poll(left, TimeUnit.NANOSECONDS);
            if (ended != null) {
                ended.get();
                throw new IllegalStateException("A thread has ended before it was told to.");
            }
            System.out.println(Sample.now(second, place.operations.sum()).line());
            if (System.out.checkError()) {
                // The campaign itself was ended.
                return;
            }
        }
    }

    @Override
    public Void call() throws Exception {
        try (NamedServer<ResourceLink> linkServer = place.serving.serve(name + "-links", LINKS);
                NamedServer<Integer> numberServer = place.serving.serve(name + "-numbers", NUMBERS);
                SubSender<ResourceLink> links = place.sending.connect(name + "-links", LINKS);
                SubSender<Integer> numbers = place.sending.connect(name + "-numbers", NUMBERS)) {
            Ends ends = new Ends(links, linkServer, numbers, numberServer);
            long last = System.nanoTime();
            while (!place.over.get()) {
                for (int i = 0; i < BATCH; i++) {
                    segment();
                    if (i % 10 == 0) {
                        message(ends);
                    }
                }
                request(ends);
                if (System.nanoTime() - last > TimeUnit.SECONDS.toNanos(1)) {
                    created();
                    last = System.nanoTime();
                }
                place.operations.add(operations);
                operations = 0;
            }
        }
        return null;
    }

    /** Publish, four times acquire and read, release all. */
    private void segment() {
        int size = 1 + random.nextInt(random.nextInt(8) == 0 ? LARGEST : 8192);
        byte mark = (byte) random.nextInt();
        bytes[0] = mark;
        bytes[size - 1] = mark;
        try (ResourceLink published = place.producer.publish(name + "-" + random.nextInt(8),
                Content.overwriting(size, payload -> payload.copyFrom(
                        MemorySegment.ofArray(bytes).asSlice(0, size))));
                ResourceLink _ = read(published.key(), size, mark);
                ResourceLink _ = read(published.key(), size, mark);
                ResourceLink _ = read(published.key(), size, mark);
                ResourceLink _ = read(published.key(), size, mark)) {
            operations += 2;
        }
    }

    /** Acquires and reads; releasing it is the caller's. */
    private ResourceLink read(String key, int size, byte mark) {
        ResourceLink acquired = place.consumer.acquire(key);
        byte[] ends = { acquired.readPayload(0, 1)[0], acquired.readPayload(size - 1L, 1)[0] };
        if (ends[0] != mark || ends[1] != mark) {
            acquired.close();
            throw new AssertionError("Another payload was read than was published.");
        }
        operations += 3;
        return acquired;
    }

    /** A link that is sent and received. */
    private void message(Ends ends) throws InterruptedException {
        try (ResourceLink link = place.producer.publish(Content.of(sent))) {
            ends.links.send(link);
        }
        try (Received<ResourceLink> received = ends.linkServer.receiver().take()) {
            if (received.message().payloadSize() != sent.length) {
                throw new AssertionError("A link came of another size.");
            }
        }
        operations += 4;
    }

    private void request(Ends ends) throws InterruptedException {
        try (var pending = ends.numbers.request(7, NUMBERS, SendOptions.DEFAULT)) {
            try (Received<Integer> request = ends.numberServer.receiver().take()) {
                request.reply(request.message() + 1, NUMBERS, SendOptions.DEFAULT);
            }
            try (Received<Integer> reply = pending.await(Duration.ofSeconds(60)).orElseThrow()) {
                if (reply.message() != 8) {
                    throw new AssertionError("Another reply came.");
                }
            }
        }
        operations += 4;
    }

    private void created() {
        place.producer.create(name + "-created", 4096).close();
        place.consumer.collectOrphans(Duration.ZERO);
        operations += 3;
    }
}
