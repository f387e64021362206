package io.resourcelink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.ChannelListener;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.OneShotServer;
import io.resourcelink.channel.ReceiverSet;
import io.resourcelink.channel.Router;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.Subchannel;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.memory.SharedMemory;

import static io.resourcelink.Attempts.expect;

/** All that is done with channels, once, between two that are like those of two processes. */
final class ChannelLife {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration TURN = Duration.ofMillis(5);
    private static final byte[] LONG = new byte[20_000];
    private static final byte[] CONTENT = new byte[5_000];

    private final Attempts attempts;
    private final Path directory;
    private final AtomicInteger told = new AtomicInteger();
    private int names;

    /** Everything that a message can carry. */
    record Letter(int number, ResourceLink link, SharedMemory region, SubSender<String> answers) {}

    ChannelLife(Attempts attempts, Path directory) {
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
            attempts.run("send", () -> send(near, far));
            attempts.run("send with attachments", () -> sendLetter(factory, near, far));
            attempts.run("one shot", () -> oneShot(near, far));
            attempts.run("select", () -> select(near, far));
            attempts.run("route", () -> route(near, far));
            attempts.run("region", ChannelLife::region);
            attempts.run("send at last", () -> send(near, far));
            attempts.run("strange descriptor", () -> StrangePeer.visit(directory.resolve("channels")));
        } finally {
            attempts.closeAll(opened);
        }
    }

    private Channel open(ResourceLinkFactory factory) {
        return Channel.builder().directory(directory.resolve("channels")).segments(factory)
                .listener(new ChannelListener() {
                    @Override
                    public void failed(IpcException failure) {
                        told.incrementAndGet();
                    }
                }).open();
    }

    private String name() {
        return "destination-" + ++names;
    }

    /** Sends, and receives. If the message is lost, one side at least is told: the listener here, or who sends once more. */
    private <T> T exchange(SubSender<T> sender, T message, SubReceiver<T> receiver) throws InterruptedException {
        expect("it is sent", sender.send(message, PATIENCE));
        long end = System.nanoTime() + SILENCE.toNanos();
        while (System.nanoTime() < end) {
            T received = receiver.receive(TURN).orElse(null);
            if (received != null) {
                return received;
            }
            if (told.get() > 0) {
                throw new UnresponsiveException("The connection", "the listener was told of its end.");
            }
        }
        sender.trySend(message);
        throw new AssertionError("A message was lost, and nobody was told.");
    }

    private void send(Channel near, Channel far) throws InterruptedException {
        told.set(0);
        String name = name();
        try (NamedServer<byte[]> server = near.serve(name, byte[].class);
                SubSender<byte[]> sender = far.connect(name, byte[].class, PATIENCE)) {
            expect("it comes", exchange(sender, new byte[10], server.receiver()).length == 10);
            expect("a long one comes", Arrays.equals(exchange(sender, LONG, server.receiver()), LONG));
        }
    }

    private void sendLetter(ResourceLinkFactory factory, Channel near, Channel far) throws Exception {
        told.set(0);
        String name = name();
        try (NamedServer<Letter> server = near.serve(name, Letter.class);
                SubSender<Letter> sender = far.connect(name, Letter.class, PATIENCE);
                Subchannel<String> answers = far.subchannel(String.class);
                ResourceLink link = factory.publish(name, Content.of(CONTENT));
                SharedMemory region = SharedMemory.fromBytes(CONTENT)) {
            Letter letter = exchange(sender, new Letter(1, link, region, answers.sender()), server.receiver());
            answers.sender().close();
            try (ResourceLink came = letter.link();
                    SharedMemory memory = letter.region();
                    SubSender<String> answer = letter.answers()) {
                expect("the link is the same", came.readPayload(0, 1)[0] == 0 && came.key().equals(name));
                expect("the region is the same", memory.asSegment().byteSize() == CONTENT.length);
                expect("the answer comes", exchange(answer, "yes", answers.receiver()).equals("yes"));
            }
            ended(answers.receiver());
        }
    }

    private static void ended(SubReceiver<?> receiver) throws InterruptedException {
        try {
            receiver.receive(PATIENCE);
        } catch (DisconnectedException _) {
            return;
        }
        throw new AssertionError("The end of the last sender was not told.");
    }

    private void oneShot(Channel near, Channel far) throws InterruptedException {
        told.set(0);
        try (OneShotServer<String> server = near.oneShotServer(String.class);
                SubSender<String> sender = far.connect(server.name(), String.class, PATIENCE)) {
            expect("it is sent", sender.send("first", PATIENCE));
            OneShotServer.Accepted<String> accepted = server.accept(PATIENCE).orElseThrow(
                    () -> new UnresponsiveException("server", "nothing was accepted."));
            accepted.receiver().close();
        }
    }

    private void select(Channel near, Channel far) throws InterruptedException {
        told.set(0);
        String name = name();
        try (NamedServer<byte[]> server = near.serve(name, byte[].class);
                ReceiverSet set = new ReceiverSet();
                SubSender<byte[]> sender = far.connect(name, byte[].class, PATIENCE)) {
            set.add(server.receiver());
            expect("it is sent", sender.send(new byte[3], PATIENCE));
            expect("it is selected", set.select(SILENCE).isPresent());
            expect("nothing else is", set.trySelect().isEmpty());
        }
    }

    private void route(Channel near, Channel far) throws InterruptedException {
        told.set(0);
        String name = name();
        BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
        try (Router router = Router.start();
                NamedServer<byte[]> server = near.serve(name, byte[].class);
                Router.Route _ = router.route(server.receiver(), queue);
                SubSender<byte[]> sender = far.connect(name, byte[].class, PATIENCE)) {
            expect("it is sent", sender.send(new byte[3], PATIENCE));
            expect("it is routed", queue.poll(SILENCE.toMillis(), TimeUnit.MILLISECONDS) != null);
        }
    }

    private static void region() {
        try (SharedMemory.Builder builder = SharedMemory.builder(CONTENT.length)) {
            builder.memory().fill((byte) 3);
            try (SharedMemory region = builder.build()) {
                expect("the region is what was filled in", region.toByteArray()[CONTENT.length - 1] == 3);
            }
        }
    }
}
