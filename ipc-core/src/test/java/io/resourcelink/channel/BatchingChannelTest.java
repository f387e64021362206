package io.resourcelink.channel;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.NothingLeft;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;

/** Channels that keep small messages for a moment, to send many of them at once. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class BatchingChannelTest {

    private static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);
    private static final int COUNT = 5_000;

    @TempDir
    private Path directory;

    private Channel open(boolean batching) {
        return Channel.builder().directory(directory.resolve("channels")).batching(batching).open();
    }

    private static byte[] message(int number) {
        return ByteBuffer.allocate(64).putInt(number).array();
    }

    private static int number(byte[] message) {
        return ByteBuffer.wrap(message).getInt();
    }

    /** Receives until the last sender is gone, or the server is drained. */
    private static CompletableFuture<List<Integer>> received(SubReceiver<byte[]> receiver) {
        return CompletableFuture.supplyAsync(() -> {
            List<Integer> numbers = new ArrayList<>();
            try {
                for (;;) {
                    numbers.add(number(receiver.receive()));
                }
            } catch (DisconnectedException | IllegalStateException _) {
                return numbers;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static List<Integer> through(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** The sender is closed with its channel. */
    private void sendAll() throws InterruptedException {
        try (Channel sending = open(true)) {
            SubSender<byte[]> sender = sending.connect("numbers", BYTES);
            for (int i = 0; i < COUNT; i++) {
                sender.send(message(i));
            }
        }
    }

    @Test
    void allArriveInOrderThoughTheChannelIsClosedAtOnce() throws Exception {
        try (Channel receiving = open(false);
                NamedServer<byte[]> server = receiving.serve("numbers", BYTES)) {
            CompletableFuture<List<Integer>> numbers = received(server.receiver());
            sendAll();
            server.drain(Duration.ofSeconds(10));
            assertThat(numbers.get()).isEqualTo(through(COUNT));
        }
    }

    @Test
    void aSingleMessageArrivesWithoutAnother() throws Exception {
        try (Channel receiving = open(false);
                NamedServer<byte[]> server = receiving.serve("numbers", BYTES);
                Channel sending = open(true);
                SubSender<byte[]> sender = sending.connect("numbers", BYTES)) {
            for (int i = 0; i < 100; i++) {
                sender.send(message(i));
                assertThat(number(server.receiver().receive())).isEqualTo(i);
            }
        }
    }

    @Test
    void aRequestComesAfterWhatWasSentBefore() throws Exception {
        try (Channel receiving = open(false);
                NamedServer<byte[]> server = receiving.serve("numbers", BYTES);
                Channel sending = open(true);
                SubSender<byte[]> sender = sending.connect("numbers", BYTES)) {
            for (int i = 0; i < 100; i++) {
                sender.send(message(2 * i));
                try (PendingReply<byte[]> pending = sender.request(message(2 * i + 1), BYTES, SendOptions.DEFAULT)) {
                    assertThat(number(server.receiver().receive())).isEqualTo(2 * i);
                    try (Received<byte[]> request = server.receiver().take()) {
                        assertThat(number(request.message())).isEqualTo(2 * i + 1);
                        request.reply(request.message(), BYTES, SendOptions.DEFAULT);
                    }
                    try (Received<byte[]> reply = pending.await(Duration.ofSeconds(10)).orElseThrow()) {
                        assertThat(number(reply.message())).isEqualTo(2 * i + 1);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 10 })
    void nothingIsLostIfTheSystemRefusesToSend(int nth) throws Exception {
        try (Channel receiving = open(false);
                NamedServer<byte[]> server = receiving.serve("numbers", BYTES)) {
            CompletableFuture<List<Integer>> numbers = received(server.receiver());
            try (SystemCalls _ = SystemCalls.failing("sendmsg", nth, Errno.ENOMEM)) {
                sendAll();
            }
            server.drain(Duration.ofSeconds(10));
            assertThat(numbers.get()).isEqualTo(through(COUNT));
        }
    }

    /** Sends to some receivers, and closes the channel while no socket has room. */
    private long closeWhileNobodyReads(int receivers, Consumer<Channel> closing) throws InterruptedException {
        List<NamedServer<byte[]>> servers = new ArrayList<>();
        List<Channel> receiving = new ArrayList<>();
        try (Channel sending = open(true)) {
            List<SubSender<byte[]>> senders = new ArrayList<>();
            for (int i = 0; i < receivers; i++) {
                Channel channel = open(false);
                receiving.add(channel);
                servers.add(channel.serve("numbers-" + i, BYTES));
                senders.add(sending.connect("numbers-" + i, BYTES));
            }
            try (SystemCalls _ = SystemCalls.accompanied(
                    (function, _) -> function.equals("sendmsg") ? Errno.EAGAIN : 0, _ -> true)) {
                for (SubSender<byte[]> sender : senders) {
                    sender.send(message(0));
                }
                long begun = System.nanoTime();
                closing.accept(sending);
                return System.nanoTime() - begun;
            }
        } finally {
            servers.forEach(NamedServer::close);
            receiving.forEach(Channel::close);
        }
    }

    @Test
    void closingWaitsForAllReceiversTogether() throws Exception {
        long nanos = closeWhileNobodyReads(10, Channel::close);
        assertThat(Duration.ofNanos(nanos)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(6));
    }

    @Test
    void anInterruptedThreadClosesWithoutWaiting() throws Exception {
        closeWhileNobodyReads(1, channel -> {
            Thread.currentThread().interrupt();
            channel.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(channel.statistics().failures()).isEqualTo(1);
            assertThat(channel.statistics().unhandled()).isEqualTo(1);
        });
    }
}
