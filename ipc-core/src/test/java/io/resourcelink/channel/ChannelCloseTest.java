package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.wire.RawPeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A channel ends when it is closed, whatever fails on the way, and does not end for anything else. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class ChannelCloseTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    static Throwable[] everything() {
        return new Throwable[]{ new IllegalStateException("test"), new AssertionError("test"),
            new NoClassDefFoundError("test"), new OutOfMemoryError("test"), new StackOverflowError("test") };
    }

    /** Throws unchecked what may be an error. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** A message whose constructor throws what the test wants. */
    record Moody(int number) {

        static final AtomicReference<@Nullable Throwable> NEXT = new AtomicReference<>();

        Moody {
            Throwable thrown = number == 13 ? NEXT.get() : null;
            if (thrown != null) {
                sneak(thrown);
            }
        }
    }

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory.resolve("channels")).open();
    }

    @Test
    void aNameThatCannotBeRemovedKeepsNothingElseOpen(Path directory) throws Exception {
        Channel closing = open(directory);
        Path name = name(directory);
        Path moved = directory.resolve("moved");
        try (Channel far = open(directory); SubSender<byte[]> sender = connect(closing, far)) {
            Files.move(name, moved);
            Files.createDirectory(name);
            assertThatThrownBy(closing::close).isInstanceOf(IpcException.class);
            assertThat(closing.isClosed()).isTrue();
            assertThatCode(closing::close).doesNotThrowAnyException();
            assertThat(isTold(sender)).isTrue();
        } finally {
            Files.deleteIfExists(moved);
            Files.deleteIfExists(name);
        }
    }

    @Test
    void aServerThatIsOpenedMeanwhileLeavesNoName(Path directory) throws Exception {
        Channel closing = open(directory);
        Thread closer = Thread.ofPlatform().unstarted(closing::close);
        try (SystemCalls _ = SystemCalls.accompanied((call, _) -> {
            if (call.equals("symlinkat")) {
                closer.start();
                Deadline.awaitTrue("the channel is being closed",
                        () -> closing.isClosed() && closer.getState() == Thread.State.BLOCKED);
            }
            return 0;
        }, Thread.currentThread()::equals)) {
            closing.serve("meanwhile", byte[].class);
        }
        closer.join();
        assertThat(directory.resolve("channels")).isEmptyDirectory();
        assertThatThrownBy(() -> closing.serve("late", byte[].class)).isInstanceOf(IllegalStateException.class);
    }

    /** Where the only channel of a directory can be reached. */
    private static Path name(Path directory) throws IOException {
        try (var names = Files.list(directory.resolve("channels"))) {
            return names.filter(name -> !name.getFileName().toString().startsWith("@")).findAny().orElseThrow();
        }
    }

    private static RawPeer rude(Path directory) throws IOException {
        Path name = name(directory);
        try (Directory channels = Directory.open(directory.resolve("channels"), 0700)) {
            RawPeer peer = new RawPeer(channels, name.getFileName().toString());
            peer.send(new byte[]{ 1, 2, 3 });
            return peer;
        }
    }

    private static SubSender<byte[]> connect(Channel to, Channel from) throws InterruptedException {
        NamedServer<byte[]> server = to.serve("closing", byte[].class);
        SubSender<byte[]> sender = from.connect("closing", byte[].class, LONG);
        sender.send(new byte[1]);
        assertThat(server.receiver().receive(LONG)).isPresent();
        return sender;
    }

    private static boolean isTold(SubSender<byte[]> sender) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (System.nanoTime() < end) {
            try {
                sender.trySend(new byte[1]);
            } catch (DisconnectedException _) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("everything")
    void aMessageThatCannotBeMadeCostsThatMessageAlone(Throwable thrown, Path directory) throws Exception {
        Moody.NEXT.set(null);
        try (Channel channel = open(directory); Subchannel<Moody> moody = channel.subchannel(Moody.class)) {
            moody.sender().send(new Moody(13));
            moody.sender().send(new Moody(14));
            Moody.NEXT.set(thrown);
            assertThatThrownBy(() -> moody.receiver().receive()).isInstanceOf(MessageException.class)
                    .hasMessageContaining("test").hasRootCauseInstanceOf(thrown.getClass());
            assertThat(moody.receiver().receive().number()).isEqualTo(14);
        } finally {
            Moody.NEXT.set(null);
        }
    }

    @ParameterizedTest
    @MethodSource("everything")
    void aHandlerThatThrowsCostsItsMessageAlone(Throwable thrown, Path directory) throws Exception {
        try (Channel channel = open(directory);
                Router router = Router.start();
                Subchannel<Integer> bad = channel.subchannel(Integer.class);
                Subchannel<Integer> good = channel.subchannel(Integer.class)) {
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            CompletableFuture<Integer> second = new CompletableFuture<>();
            CompletableFuture<Integer> other = new CompletableFuture<>();
            router.route(bad.receiver(), new Router.Handler<>() {
                @Override
                public void message(Integer number) {
                    if (number == 1) {
                        sneak(thrown);
                    }
                    second.complete(number);
                }

                @Override
                public void failed(Throwable failure) {
                    told.complete(failure);
                    sneak(thrown);
                }
            });
            router.route(good.receiver(), other::complete);
            bad.sender().send(1);
            assertThat(told.get(30, TimeUnit.SECONDS)).isSameAs(thrown);
            bad.sender().send(2);
            good.sender().send(3);
            assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource("everything")
    void aListenerThatThrowsIsCountedAndCostsNothing(Throwable thrown, Path directory) throws Exception {
        try (Channel channel = Channel.builder().directory(directory.resolve("channels"))
                .listener(new ChannelListener() {
                    @Override
                    public void failed(IpcException failure) {
                        sneak(thrown);
                    }
                }).open()) {
            try (RawPeer _ = rude(directory)) {
                long end = System.nanoTime() + LONG.toNanos();
                while (channel.statistics().failures() == 0 && System.nanoTime() < end) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                assertThat(channel.statistics().failures()).isPositive();
            }
            try (Channel far = open(directory);
                    NamedServer<byte[]> server = channel.serve("listening", byte[].class);
                    SubSender<byte[]> sender = far.connect("listening", byte[].class, LONG)) {
                sender.send(new byte[3]);
                assertThat(server.receiver().receive(LONG)).isPresent();
            }
        }
    }

    @Test
    void aListenerMayCloseTheChannelThatCallsIt(Path directory) throws Exception {
        CompletableFuture<Channel> self = new CompletableFuture<>();
        CompletableFuture<String> closed = new CompletableFuture<>();
        Channel channel = Channel.builder().directory(directory.resolve("channels")).listener(new ChannelListener() {
            @Override
            public void failed(IpcException failure) {
                self.join().close();
                closed.complete("done");
            }
        }).open();
        self.complete(channel);
        try (RawPeer _ = rude(directory)) {
            assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo("done");
            assertThat(channel.isClosed()).isTrue();
        }
    }

    /** The listener is called twice: by a turn of the leader, and by the leader that looks after the channel's name. */
    @Test
    void closingDoesNotWaitForAListenerThatIsCalledWhileNamesAreRestored(Path directory) throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Channel channel = Channel.builder().directory(directory.resolve("channels")).listener(new ChannelListener() {
            @Override
            public void failed(IpcException failure) {
                first.countDown();
                second.countDown();
                try {
                    (second.getCount() > 0 ? release : end).await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }).open();
        Path name = name(directory);
        try (Directory channels = Directory.open(directory.resolve("channels"), 0700);
                RawPeer early = RawPeer.greeted(channels, name.getFileName().toString())) {
            Deadline.awaitTrue("the peer is connected", () -> channel.statistics().connections() == 1);
            early.send(new byte[]{ 1, 2, 3 });
            assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
            try (RawPeer late = new RawPeer(channels, name.getFileName().toString())) {
                late.send(new byte[]{ 1, 2, 3 });
                Files.delete(name);
                // A look after the name is due.
                TimeUnit.MILLISECONDS.sleep(1_100);
                release.countDown();
                assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(CompletableFuture.runAsync(channel::close)).succeedsWithin(LONG);
            } finally {
                release.countDown();
                end.countDown();
                channel.close();
            }
        }
    }

    @Test
    void aDirectoryThatCannotBeOpenedIsATypedError(Path directory) {
        assertThatThrownBy(() -> Channel.builder().directory(directory.resolve("a/b")).open())
                .isInstanceOf(OsException.class);
    }
}
