package io.resourcelink.channel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

/**
 * A process that is one of several at a destination. Arguments: the directory of channels; {@code consume}, {@code subscribe} or {@code
 * drop}; a file for its history; how many microseconds a message takes; how many messages it has credit for. Says {@code ready}, and
 * answers {@code report}. At the end of its input it stops, handles what was sent, and says what it has reported. A consumer fails each
 * eleventh request. {@link ServingHistory} reads what it writes down.
 */
final class ServingPeer {

    static final MessageType<Integer> NUMBERS = MessageType.of(Integer.class);
    static final String WORK = "work";
    static final String NEWS = "news";

    /** Each request of which this number is a divisor fails. */
    static final int FAILING = 11;

    private final AtomicLong handled = new AtomicLong();
    private final AtomicLong disorder = new AtomicLong();
    private final long nanos;
    private final FileChannel history;
    private int last = -1;
    private long noted;

    private ServingPeer(long nanos, FileChannel history) {
        this.nanos = nanos;
        this.history = history;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Credits credits = new Credits(Integer.parseInt(arguments[4]), 16L << 20, 200);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory.resolve("segments"))
                .build();
                Channel channel = Channel.builder().directory(directory.resolve("channels")).segments(factory).open();
                FileChannel history = FileChannel.open(Path.of(arguments[2]), StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND, StandardOpenOption.WRITE);
                NamedServer<?> server = arguments[1].equals("consume")
                        ? channel.serveCompeting(WORK, NUMBERS, credits)
                        : channel.subscribe(NEWS, TopicIT.NEWS_TYPE,
                                new SubscribeOptions(credits, arguments[1].equals("drop")))) {
            ServingPeer peer = new ServingPeer(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(arguments[3])), history);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < (arguments[1].equals("consume") ? 2 : 1); i++) {
                threads.add(Thread.ofPlatform().start(() -> peer.receive(server.receiver())));
            }
            System.out.println("ready");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (in.readLine() != null) {
                System.out.println(peer.report(server));
            }
            DrainReport report = server.drain(Duration.ofSeconds(20));
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println(peer.report(server) + " unhandled " + report.count());
        }
    }

    private String report(NamedServer<?> server) throws IOException {
        noteExpired(server.receiver());
        return "handled " + handled.get() + " disorder " + disorder.get() + " missed " + server.receiver().missed()
                + " expired " + server.receiver().expired() + " last " + last;
    }

    private void receive(SubReceiver<?> receiver) {
        try {
            for (;;) {
                try (Received<?> received = receiver.take()) {
                    noteExpired(receiver);
                    handle(received);
                }
            }
        } catch (DisconnectedException | IllegalStateException _) {
            // It was drained.
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void noteExpired(SubReceiver<?> receiver) throws IOException {
        long expired = receiver.expired();
        if (expired > noted) {
            noted = expired;
            write(ServingHistory.EXPIRED + expired);
        }
    }

    /** One write, at the end of the file: a line is there whole, or not at all. */
    private void write(String line) throws IOException {
        history.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII)));
    }

    private void handle(Received<?> received) throws IOException, InterruptedException {
        int number = received.message() instanceof TopicIT.News news ? news.number() : (Integer) received.message();
        if (number <= last) {
            disorder.incrementAndGet();
        }
        last = number;
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
        handled.incrementAndGet();
        boolean fails = received.wantsReply() && number % FAILING == 0;
        if (!(received.message() instanceof TopicIT.News)) {
            write(fails ? ServingHistory.FAILED + number : String.valueOf(number));
        }
        if (received.wantsReply()) {
            try {
                reply(received, number, fails);
            } catch (IpcException _) {
                // Its sender has gone.
            }
        }
    }

    private static void reply(Received<?> received, int number, boolean fails) throws InterruptedException {
        if (fails) {
            received.fail(new RequestException(Reason.FAILED, "test", null, "on purpose"));
        } else {
            received.reply(number, NUMBERS, SendOptions.DEFAULT);
        }
    }
}
