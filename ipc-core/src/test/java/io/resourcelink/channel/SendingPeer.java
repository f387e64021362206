package io.resourcelink.channel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.RequestException;

/**
 * A process that sends messages and requests to the consumers of {@link ServingPeer#WORK}, and writes down what became of each. Arguments:
 * the directory of channels; a file for its record; its first number. Says {@code ready}; ends at the end of its input, when it knows
 * what became of everything.
 */
final class SendingPeer {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration AGE = Duration.ofMillis(400);
    private static final int REQUESTERS = 2;

    private final SubSender<Integer> sender;
    private final FileChannel record;
    private final AtomicInteger numbers;
    private final AtomicBoolean over = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();

    private SendingPeer(SubSender<Integer> sender, FileChannel record, int first) {
        this.sender = sender;
        this.record = record;
        this.numbers = new AtomicInteger(first);
    }

    public static void main(String[] arguments) throws Exception {
        try (FileChannel record = FileChannel.open(Path.of(arguments[1]), StandardOpenOption.CREATE,
                StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
            ChannelListener listener = new ChannelListener() {
                @Override
                public void unhandled(UnhandledMessages unhandled) {
                    note(record, SendingHistory.REPORTED, unhandled.count());
                }
            };
            try (Channel channel = Channel.builder().directory(Path.of(arguments[0])).listener(listener).open();
                    SubSender<Integer> sender = channel.connect(ServingPeer.WORK, ServingPeer.NUMBERS)) {
                SendingPeer peer = new SendingPeer(sender, record, Integer.parseInt(arguments[2]));
                peer.run();
            }
            note(record, SendingHistory.ENDED, 0);
        }
    }

    /** {@return whether a message may get too old} */
    static boolean ages(int number) {
        return number % 5 == 0;
    }

    private void run() throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i <= REQUESTERS; i++) {
            boolean requests = i < REQUESTERS;
            threads.add(Thread.ofPlatform().start(() -> repeat(requests)));
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Until its end.
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(wrong.peek());
        }
    }

    /** One write, at the end of the file: a line is there whole, or not at all. */
    private static void note(FileChannel record, String word, long number) {
        try {
            record.write(ByteBuffer.wrap((word + " " + number + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void repeat(boolean requests) {
        try {
            while (!over.get()) {
                int number = numbers.incrementAndGet();
                note(record, SendingHistory.SENT, number);
                SendOptions options = ages(number) ? SendOptions.DEFAULT.maxAge(AGE) : SendOptions.DEFAULT;
                note(record, (requests ? request(number, options) : send(number, options)).name(), number);
                if (!requests) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
                }
            }
        } catch (Throwable e) {
            wrong.add(e);
        }
    }

    private SendOutcome send(int number, SendOptions options) throws InterruptedException {
        try {
            sender.send(number, options);
            return SendOutcome.ACCEPTED;
        } catch (IpcException _) {
            return SendOutcome.REFUSED;
        }
    }

    private SendOutcome request(int number, SendOptions options) throws InterruptedException {
        PendingReply<Integer> pending;
        try {
            pending = sender.request(number, ServingPeer.NUMBERS, options);
        } catch (DisconnectedException _) {
            // For a moment there was none.
            return SendOutcome.REFUSED;
        }
        try (pending; Received<Integer> reply = pending.await(PATIENCE).orElseThrow()) {
            if (reply.message() != number) {
                throw new IllegalStateException(number + " was answered with " + reply.message());
            }
            return SendOutcome.ANSWERED;
        } catch (DisconnectedException _) {
            return SendOutcome.GONE;
        } catch (RequestException e) {
            return switch (e.reason()) {
                case EXPIRED -> SendOutcome.EXPIRED;
                case FAILED -> SendOutcome.FAILED;
                case UNHANDLED -> SendOutcome.UNHANDLED;
                default -> throw e;
            };
        }
    }
}
