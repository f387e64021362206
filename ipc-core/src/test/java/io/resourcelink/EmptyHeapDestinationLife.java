package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.ChannelInfo;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.PublishResult;
import io.resourcelink.channel.Publisher;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.SubscribeOptions;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.UnresponsiveException;

/**
 * A queue and a topic from their entries' making to their removal, between channels that are like those of three processes, for tests that
 * let something fail on the way: what fails costs itself, and no message is lost of which nobody is told.
 */
public final class EmptyHeapDestinationLife implements BiConsumer<Path, Supplier<AutoCloseable>> {

    private static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);
    private static final SendOptions PATIENTLY = SendOptions.DEFAULT.timeout(Duration.ofSeconds(5));
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration TURN = Duration.ofMillis(2);
    private static final int LONG = 40_000;

    private final AtomicInteger told = new AtomicInteger();
    private boolean troubled;
    private int names;

    /** Made by reflection, by a loader of its own. */
    public EmptyHeapDestinationLife() {}

    private interface Operation {

        void run() throws Exception;
    }

    /**
     * Lives.
     *
     * @param directory where
     * @param trouble begins when the channels are there, and is closed before they are
     */
    @Override
    public void accept(Path directory, Supplier<AutoCloseable> trouble) {
        Path channels = directory.resolve("channels");
        try (Channel here = open(channels); Channel there = open(channels); Channel sending = open(channels)) {
            Operation[] operations = { () -> compete(here, there, sending), () -> publish(here, there, sending) };
            try (AutoCloseable _ = trouble.get()) {
                troubled = true;
                for (Operation operation : operations) {
                    attempt(operation);
                }
            }
            troubled = false;
            // Connections that have met the trouble may end a moment later.
            for (Operation operation : operations) {
                Deadline.awaitTrue("everything works again", () -> works(operation));
            }
            Deadline.awaitTrue("no entry is left that looks alive", () -> isNoneServed(channels));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        open(channels).close();
    }

    private Channel open(Path directory) {
        return Channel.builder().directory(directory).listener(new CountingListener(told)).open();
    }

    private static void attempt(Operation operation) throws Exception {
        try {
            operation.run();
        } catch (OutOfMemoryError | IpcException _) {
            // Who was told can do it again.
        }
    }

    private static boolean works(Operation operation) {
        try {
            operation.run();
            return true;
        } catch (IpcException _) {
            return false;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isNoneServed(Path channels) {
        return ChannelInfo.list(channels).stream().noneMatch(each -> each.alive() && each.destination() != null);
    }

    private void compete(Channel here, Channel there, Channel sending) throws Exception {
        String name = "work-" + ++names;
        try (NamedServer<byte[]> one = here.serveCompeting(name, BYTES, Credits.DEFAULT);
                NamedServer<byte[]> two = there.serveCompeting(name, BYTES, Credits.DEFAULT);
                SubSender<byte[]> sender = sending.connect(name, BYTES, PATIENCE)) {
            List<SubReceiver<byte[]>> receivers = List.of(one.receiver(), two.receiver());
            for (int length : new int[]{ 1, LONG, 3 }) {
                int before = told.get();
                if (sender.send(new byte[length], PATIENTLY)) {
                    receive(receivers, 1, length, before);
                } else {
                    throw new AssertionError("There is room, and it was not sent.");
                }
            }
        }
    }

    private void publish(Channel here, Channel there, Channel sending) throws Exception {
        String name = "news-" + ++names;
        try (Publisher<byte[]> publisher = sending.publisher(name, BYTES);
                NamedServer<byte[]> one = here.subscribe(name, BYTES, SubscribeOptions.DEFAULT);
                NamedServer<byte[]> two = there.subscribe(name, BYTES, SubscribeOptions.DEFAULT.dropping(true))) {
            for (int length : new int[]{ 1, LONG, 3 }) {
                int before = told.get();
                PublishResult result = publisher.publish(new byte[length], PATIENTLY);
                if (!troubled && result.reached() != 2) {
                    throw new UnresponsiveException("A subscriber", "it was not reached yet: " + result);
                }
                receive(List.of(one.receiver(), two.receiver()), result.reached(), length, before);
            }
        }
    }

    /** Receives as many messages as there must be, unless the listener was told of a failure. */
    private void receive(List<SubReceiver<byte[]>> receivers, int count, int length, int before) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<SubReceiver<byte[]>> open = new ArrayList<>(receivers);
        int received = 0;
        while (received < count && System.nanoTime() < end) {
            for (SubReceiver<byte[]> receiver : open) {
                byte[] message = receiver.receive(TURN).orElse(null);
                if (message != null) {
                    received++;
                    if (message.length != length) {
                        throw new AssertionError("Another message: " + message.length + " instead of " + length);
                    }
                }
            }
            if (told.get() > before) {
                return;
            }
        }
        if (received < count) {
            throw new AssertionError((count - received) + " of " + count + " messages were lost, and nobody was told.");
        }
    }
}
