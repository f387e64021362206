package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.PendingReply;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubSender;
import io.resourcelink.error.DisconnectedException;

/**
 * Two processes that {@code platforms/run across} starts on processors of two kinds. They hold the same segments, write into the same
 * memory, count each other's references, and send each other links. Arguments: {@code answer} or {@code ask}, and a directory.
 */
final class AcrossProcessors {

    private static final int ROUNDS = 100;
    private static final int LONGS = 4096;
    private static final String NAME = "across";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final MessageType<ResourceLink> LINKS = MessageType.of(ResourceLink.class);

    private AcrossProcessors() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        Path segments = Files.createDirectories(KilledLife.segments(directory));
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(segments).build();
                Channel channel = KilledLife.channel(directory, factory)) {
            if (arguments[0].equals("answer")) {
                answer(factory, channel);
            } else {
                ask(factory, channel);
            }
        }
        System.out.println(System.getProperty("os.arch") + ", Java " + Runtime.version() + ": " + arguments[0] + " "
                + ROUNDS + " requests, all as expected");
    }

    private static void answer(ResourceLinkFactory factory, Channel channel) throws InterruptedException {
        try (NamedServer<ResourceLink> server = channel.serve(NAME, LINKS)) {
            for (int round = 0; round < ROUNDS; round++) {
                try (Received<ResourceLink> request = server.receiver().take();
                        ResourceLink same = factory.acquire("round-" + round)) {
                    long[] numbers = request.message().payload().toArray(ValueLayout.JAVA_LONG);
                    expect("references of both", same.refcount() >= 2);
                    same.payload().setAtIndex(ValueLayout.JAVA_LONG, 0, Arrays.stream(numbers).sum());
                    long[] reply = Arrays.stream(numbers).map(number -> ~number).toArray();
                    try (ResourceLink link = factory.publish(Content.of(MemorySegment.ofArray(reply)))) {
                        request.reply(link, LINKS, SendOptions.DEFAULT);
                    }
                }
            }
        }
    }

    private static void ask(ResourceLinkFactory factory, Channel channel) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        try (SubSender<ResourceLink> sender = connect(channel)) {
            for (int round = 0; round < ROUNDS; round++) {
                long[] numbers = random.longs(1 + random.nextInt(LONGS)).toArray();
                try (ResourceLink shared = factory.create("round-" + round, Long.BYTES);
                        ResourceLink link = factory.publish(Content.of(MemorySegment.ofArray(numbers)));
                        PendingReply<ResourceLink> pending = sender.request(link, LINKS, SendOptions.DEFAULT);
                        Received<ResourceLink> reply = pending.await(PATIENCE).orElseThrow()) {
                    long[] complements = reply.message().payload().toArray(ValueLayout.JAVA_LONG);
                    expect("a reply of the same length", complements.length == numbers.length);
                    for (int i = 0; i < numbers.length; i++) {
                        expect("the complement", complements[i] == ~numbers[i]);
                    }
                    expect("what the other has written",
                            shared.payload().getAtIndex(ValueLayout.JAVA_LONG, 0) == Arrays.stream(numbers).sum());
                }
                String key = "round-" + round;
                // The other process releases its reference after it has replied.
                Deadline.awaitTrue("nothing of this round is left",
                        () -> factory.list().stream().noneMatch(info -> info.key().equals(key)));
            }
        }
    }

    /** Waits for the other process, which may start slowly. */
    private static SubSender<ResourceLink> connect(Channel channel) throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try {
                return channel.connect(NAME, LINKS);
            } catch (DisconnectedException e) {
                if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static void expect(String what, boolean seen) {
        if (!seen) {
            throw new AssertionError("Expected " + what + ".");
        }
    }
}
