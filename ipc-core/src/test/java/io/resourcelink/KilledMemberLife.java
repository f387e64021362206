package io.resourcelink;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Publisher;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.SubscribeOptions;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.SystemCalls;

/**
 * A process that serves a queue and subscribes to a topic, which others serve as well, and kills itself at one point of its life, before or
 * after one of the calls of the C library. Arguments: a directory, and the point, as for {@link KilledLife}. Says what it has reached, each
 * number that it has handled, and at the end how many points there were.
 */
final class KilledMemberLife {

    static final String WORK = "work";
    static final String NEWS = "news";
    static final String SERVING = "serving";
    static final String SUBSCRIBED = "subscribed";
    static final String HANDLED = "handled ";
    static final String GIFT = "gift";
    static final int GIFT_CONTENT = 4;
    static final int NEWS_CONTENT = 6;

    static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);
    static final MessageType<ResourceLink> LINKS = MessageType.of(ResourceLink.class);

    /** Few, so that messages wait at their senders. */
    static final Credits FEW = new Credits(2, 1 << 20, 10);

    private static final int MESSAGES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private KilledMemberLife() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        KillPoints points = new KillPoints(Integer.parseInt(arguments[1]));
        try (SystemCalls _ = SystemCalls.accompanied(points, _ -> true)) {
            live(directory);
        }
        System.out.println("points " + points.count());
    }

    private static void live(Path directory) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(KilledLife.segments(directory))
                .build();
                Channel channel = KilledLife.channel(directory, factory);
                NamedServer<byte[]> consumer = channel.serveCompeting(WORK, BYTES, FEW)) {
            System.out.println(SERVING);
            for (int i = 0; i < MESSAGES; i++) {
                handle(consumer.receiver());
            }
            try (SubSender<byte[]> sender = channel.connect(WORK, BYTES)) {
                sender.send(bytes(-1));
                sender.request(bytes(-2), BYTES, SendOptions.DEFAULT).close();
            }
            publish(factory, channel);
            consumer.stop();
            handleTheRest(consumer.receiver());
        }
    }

    private static void publish(ResourceLinkFactory factory, Channel channel) throws InterruptedException {
        try (NamedServer<ResourceLink> subscriber = channel.subscribe(NEWS, LINKS, SubscribeOptions.DEFAULT)) {
            System.out.println(SUBSCRIBED);
            try (ResourceLink link = subscriber.receiver().receive(PATIENCE).orElseThrow()) {
                KilledLife.check(link, NEWS_CONTENT);
            }
            try (Publisher<ResourceLink> publisher = channel.publisher(NEWS, LINKS);
                    ResourceLink gift = factory.publish(GIFT, KilledLife.content(GIFT_CONTENT))) {
                publisher.publish(gift);
            }
        }
    }

    private static void handleTheRest(SubReceiver<byte[]> receiver) throws InterruptedException {
        try {
            for (;;) {
                handle(receiver);
            }
        } catch (DisconnectedException _) {
            // It was stopped, and has received everything.
        }
    }

    private static void handle(SubReceiver<byte[]> receiver) throws InterruptedException {
        try (Received<byte[]> received = receiver.take()) {
            System.out.println(HANDLED + number(received.message()));
            if (received.wantsReply()) {
                received.reply(received.message(), BYTES, SendOptions.DEFAULT);
            }
        }
    }

    static byte[] bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    static int number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt();
    }
}
