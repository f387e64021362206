package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.SubSender;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.segment.CreateOptions;

/**
 * A process that lives one whole life with segments and channels, and kills itself at one point of it, before or after one of
 * the calls of the C library. Arguments: a directory, the name of a server that takes links, the point. Points are counted
 * from 0 on, two for each call. Says what it has reached, and at the end how many points there were.
 */
final class KilledLife {

    static final String CONNECTED = "connected";
    static final String HELD = "held";
    static final String KEPT = "kept";
    static final String GIFT = "gift";
    private static final int SIZE = 8192;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private KilledLife() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        KillPoints points = new KillPoints(Integer.parseInt(arguments[2]));
        try (SystemCalls _ = SystemCalls.accompanied(points, _ -> true)) {
            live(directory, arguments[1]);
        }
        System.out.println("points " + points.count());
    }

    private static void live(Path directory, String server) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(segments(directory)).build()) {
            factory.publish("first", content(1)).close();
            factory.publish("second", content(2)).close();
            try (ResourceLink held = factory.acquire(HELD); ResourceLink third = factory.publish("third", content(3))) {
                check(held, 7);
                check(third, 3);
            }
            send(factory, directory, server);
            factory.publish(KEPT, content(5), CreateOptions.defaults().withKeep(true).withTtl(PATIENCE)).close();
            try (ResourceLink kept = factory.acquire(KEPT)) {
                kept.renew();
            }
            factory.remove(KEPT);
            factory.collectOrphans(Duration.ZERO);
        }
    }

    private static void send(ResourceLinkFactory factory, Path directory, String server) throws Exception {
        try (Channel channel = channel(directory, factory);
                SubSender<ResourceLink> sender = channel.connect(server, ResourceLink.class, PATIENCE)) {
            System.out.println(CONNECTED);
            try (ResourceLink gift = factory.publish(GIFT, content(4))) {
                sender.send(gift);
            }
        }
    }

    static Channel channel(Path directory, ResourceLinkFactory factory) {
        return Channel.builder().directory(directory.resolve("channels")).segments(factory).codec(new LinkCodec())
                .open();
    }

    static Path segments(Path directory) {
        return directory.resolve("segments");
    }

    static Content<RuntimeException> content(int value) {
        byte[] content = new byte[size(value)];
        Arrays.fill(content, (byte) value);
        return Content.of(content);
    }

    /** Each is shorter than the one before, and long enough for its file. */
    private static int size(int value) {
        return SIZE - SIZE / 16 * value;
    }

    /** Fails if the content of a segment is not what was published. */
    static void check(ResourceLink link, int value) {
        if (link.payloadSize() != size(value)) {
            throw new AssertionError("Segment \"" + link.key() + "\" has " + link.payloadSize() + " bytes, not "
                    + size(value) + ".");
        }
        byte[] content = link.readPayload(0, size(value));
        for (byte one : content) {
            if (one != value) {
                throw new AssertionError("Segment \"" + link.key() + "\" has " + one + " where " + value + " was.");
            }
        }
    }
}
