package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.PublishResult;
import io.resourcelink.channel.Publisher;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.SubscribeOptions;
import io.resourcelink.error.UnresponsiveException;

import static io.resourcelink.Attempts.expect;

/** All that is done with destinations that several processes serve, once, between channels that are like those of three processes. */
final class SharedDestinationLife {

    private static final SendOptions PATIENTLY = SendOptions.DEFAULT.timeout(Duration.ofSeconds(5));
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration TURN = Duration.ofMillis(5);
    private static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);
    private static final byte[] CONTENT = new byte[5_000];

    private final Attempts attempts;
    private final Path directory;
    private final AtomicInteger told = new AtomicInteger();
    private int names;

    record Frame(int number, ResourceLink link) {}

    SharedDestinationLife(Attempts attempts, Path directory) {
        this.attempts = attempts;
        this.directory = directory;
    }

    void live() throws Attempts.FailedAgain {
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            ResourceLinkFactory factory = attempts.open("build", () -> ResourceLinkFactory.builder()
                    .directory(directory.resolve("segments")).build());
            opened.add(factory);
            Channel near = attempts.open("open", () -> open(factory));
            opened.add(near);
            Channel far = attempts.open("open another", () -> open(factory));
            opened.add(far);
            Channel sending = attempts.open("open a third", () -> open(factory));
            opened.add(sending);
            attempts.run("compete", () -> compete(near, far, sending));
            attempts.run("publish", () -> publish(factory, near, far, sending));
            attempts.run("miss", () -> miss(near, sending));
            attempts.run("compete at last", () -> compete(near, far, sending));
        } finally {
            attempts.closeAll(opened);
        }
    }

    private Channel open(ResourceLinkFactory factory) {
        return Channel.builder().directory(directory.resolve("channels")).segments(factory)
                .listener(new CountingListener(told)).open();
    }

    private String name() {
        return "destination-" + ++names;
    }

    /** Receives from one of several. If nothing comes, the listener must have been told of an end. */
    private <T> T receive(List<SubReceiver<T>> receivers) throws InterruptedException {
        long end = System.nanoTime() + SILENCE.toNanos();
        while (System.nanoTime() < end) {
            for (SubReceiver<T> receiver : receivers) {
                T received = receiver.receive(TURN).orElse(null);
                if (received != null) {
                    return received;
                }
            }
            if (told.get() > 0) {
                throw new UnresponsiveException("The connection", "the listener was told of its end.");
            }
        }
        throw new AssertionError("A message was lost, and nobody was told.");
    }

    private void compete(Channel near, Channel far, Channel sending) throws InterruptedException {
        told.set(0);
        String name = name();
        try (NamedServer<byte[]> one = near.serveCompeting(name, BYTES, Credits.DEFAULT);
                NamedServer<byte[]> two = far.serveCompeting(name, BYTES, Credits.DEFAULT);
                SubSender<byte[]> sender = sending.connect(name, BYTES, Duration.ofSeconds(5))) {
            for (int i = 1; i < 5; i++) {
                expect("it is sent", sender.send(new byte[i], PATIENTLY));
                expect("it comes", receive(List.of(one.receiver(), two.receiver())).length == i);
            }
        }
    }

    private void publish(ResourceLinkFactory factory, Channel near, Channel far, Channel sending) throws Exception {
        told.set(0);
        String name = name();
        MessageType<Frame> frames = MessageType.of(Frame.class);
        try (Publisher<Frame> publisher = sending.publisher(name, frames);
                NamedServer<Frame> one = near.subscribe(name, frames, SubscribeOptions.DEFAULT);
                NamedServer<Frame> two = far.subscribe(name, frames, SubscribeOptions.DEFAULT);
                ResourceLink link = factory.publish(name, Content.of(CONTENT))) {
            PublishResult result = publisher.publish(new Frame(1, link), PATIENTLY);
            if (result.reached() < 2) {
                throw new UnresponsiveException("A subscriber", "it was not reached: " + result);
            }
            for (NamedServer<Frame> each : List.of(one, two)) {
                Frame frame = receive(List.of(each.receiver()));
                try (ResourceLink came = frame.link()) {
                    expect("the link is the same", came.key().equals(name));
                }
            }
        }
    }

    private void miss(Channel near, Channel sending) throws InterruptedException {
        told.set(0);
        String name = name();
        SubscribeOptions few = new SubscribeOptions(new Credits(1, 1000, 1), true);
        try (Publisher<byte[]> publisher = sending.publisher(name, BYTES);
                NamedServer<byte[]> one = near.subscribe(name, BYTES, few)) {
            int reached = 0;
            for (int i = 1; i < 4; i++) {
                reached += publisher.publish(new byte[i], PATIENTLY).reached();
            }
            if (reached == 0) {
                throw new UnresponsiveException("A subscriber", "it was not reached.");
            }
            receive(List.of(one.receiver()));
        }
    }
}
