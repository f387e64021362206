package io.resourcelink.campaign;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

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
 * Does what an application does, for as long as it is told: publishes, acquires, reads and releases segments of random sizes, sends links
 * and requests through a channel to another one of this process, creates and sweeps. Prints a {@link Sample} each second. Arguments: the
 * directory, how many seconds, and the seed.
 */
final class SoakPeer {

    private static final int BATCH = 100;
    private static final int LARGEST = 256 << 10;
    private static final MessageType<ResourceLink> LINKS = MessageType.of(ResourceLink.class);
    private static final MessageType<Integer> NUMBERS = MessageType.of(Integer.class);

    private final ResourceLinkFactory producer;
    private final ResourceLinkFactory consumer;
    private final SubSender<ResourceLink> links;
    private final NamedServer<ResourceLink> linkServer;
    private final SubSender<Integer> numbers;
    private final NamedServer<Integer> numberServer;
    private final SplittableRandom random;
    private final byte[] bytes = new byte[LARGEST];
    private final byte[] sent = new byte[16 << 10];
    private long operations;

    private SoakPeer(ResourceLinkFactory producer, ResourceLinkFactory consumer, SubSender<ResourceLink> links,
            NamedServer<ResourceLink> linkServer, SubSender<Integer> numbers, NamedServer<Integer> numberServer,
            SplittableRandom random) {
        this.producer = producer;
        this.consumer = consumer;
        this.links = links;
        this.linkServer = linkServer;
        this.numbers = numbers;
        this.numberServer = numberServer;
        this.random = random;
    }

    public static void main(String[] arguments) throws Exception {
        Path segments = Path.of(arguments[0], "segments");
        Path channels = Path.of(arguments[0], "channels");
        try (ResourceLinkFactory producer = ResourceLinkFactory.builder().directory(segments).build();
                ResourceLinkFactory consumer = ResourceLinkFactory.builder().directory(segments).build();
                Channel sending = Channel.builder().directory(channels).segments(producer).open();
                Channel serving = Channel.builder().directory(channels).segments(consumer).open();
                NamedServer<ResourceLink> linkServer = serving.serve("links", LINKS);
                NamedServer<Integer> numberServer = serving.serve("numbers", NUMBERS);
                SubSender<ResourceLink> links = sending.connect("links", LINKS);
                SubSender<Integer> numbers = sending.connect("numbers", NUMBERS)) {
            SoakPeer peer = new SoakPeer(producer, consumer, links, linkServer, numbers, numberServer,
                    new SplittableRandom(Long.parseLong(arguments[2])));
            peer.live(Long.parseLong(arguments[1]));
        }
    }

    private void live(long seconds) throws Exception {
        long begin = System.nanoTime();
        for (long second = 1; second <= seconds; second++) {
            while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(second)) {
                for (int i = 0; i < BATCH; i++) {
                    segment();
                    if (i % 10 == 0) {
                        message(i);
                    }
                }
            }
            created();
            System.out.println(Sample.now(second, operations).line());
            if (System.out.checkError()) {
                // The campaign itself was ended.
                return;
            }
        }
    }

    /** Publish, acquire, read, release, release. */
    private void segment() {
        int size = 1 + random.nextInt(random.nextInt(8) == 0 ? LARGEST : 8192);
        byte mark = (byte) random.nextInt();
        bytes[0] = mark;
        bytes[size - 1] = mark;
        try (ResourceLink published = producer.publish("soak-" + random.nextInt(8),
                Content.overwriting(size, payload -> payload.copyFrom(
                        MemorySegment.ofArray(bytes).asSlice(0, size))));
                ResourceLink acquired = consumer.acquire(published.key())) {
            byte[] ends = { acquired.readPayload(0, 1)[0], acquired.readPayload(size - 1L, 1)[0] };
            if (ends[0] != mark || ends[1] != mark) {
                throw new AssertionError("Another payload was read than was published.");
            }
        }
        operations += 5;
    }

    /** A link that is sent and received; every now and then a request and its reply. */
    private void message(int number) throws InterruptedException {
        try (ResourceLink link = producer.publish(Content.of(sent))) {
            links.send(link);
        }
        try (Received<ResourceLink> received = linkServer.receiver().take()) {
            if (received.message().payloadSize() != sent.length) {
                throw new AssertionError("A link came of another size.");
            }
        }
        operations += 4;
        if (number == 0) {
            request();
        }
    }

    private void request() throws InterruptedException {
        try (var pending = numbers.request(7, NUMBERS, SendOptions.DEFAULT)) {
            try (Received<Integer> request = numberServer.receiver().take()) {
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
        producer.create("created", 4096).close();
        consumer.collectOrphans(Duration.ZERO);
        operations += 3;
    }
}
