package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.Router.Route;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What becomes of routes, their senders and their messages when a router or a route is closed. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
@SuppressWarnings("try") // What is closed early is closed once more.
class RouterCloseTest extends RouterFixture {

    /** A codec that decodes only when it may. */
    private static final class SlowCodec implements Codec {

        private final Codec json = new JacksonCodec();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch may = new CountDownLatch(1);

        @Override
        public byte[] encode(Object message, MessageType<?> type, Outgoing attachments) {
            return json.encode(message, type, attachments);
        }

        @Override
        public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
            T decoded = json.decode(body, type, attachments);
            begun.countDown();
            boolean interrupted = false;
            while (may.getCount() > 0) {
                try {
                    may.await();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return decoded;
        }
    }

    @Test
    void aMessageThatIsBeingDecodedReachesItsHandlerAlsoIfTheRouterIsClosed(Path directory) throws Exception {
        SlowCodec codec = new SlowCodec();
        BlockingQueue<Parcels> got = new LinkedBlockingQueue<>();
        try (Channel channel = Channel.builder().directory(directory).codec(codec).open();
                Subchannel<Parcels> parcels = channel.subchannel(Parcels.class);
                Router router = Router.start();
                SharedMemory memory = SharedMemory.fromByte((byte) 7, 10)) {
            router.route(parcels.receiver(), got::add);
            parcels.sender().send(new Parcels(memory));
            codec.begun.await();
            router.close();
            codec.may.countDown();
            Parcels received = Objects.requireNonNull(next(got));
            assertThat(received.memory().contentEquals(memory)).isTrue();
            received.memory().close();
        }
    }

    @Test
    @DisplayName("102, 137: a route cannot be added to a closed router; the receiver stays the caller's")
    void aClosedRouterTakesNoRoutes(Path directory) throws Exception {
        try (Channel channel = open(directory); Subchannel<Note> notes = channel.subchannel(Note.class)) {
            Router router = Router.start();
            router.close();
            assertThatThrownBy(() -> router.route(notes.receiver(), _ -> {})).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            notes.sender().send(new Note(1, "one"));
            assertThat(notes.receiver().receive()).isEqualTo(new Note(1, "one"));
        }
    }

    @Test
    @DisplayName("103: closing a router ends its routes, and senders to them fail")
    void sendersOfAClosedRouterFail(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Subchannel<Note> notes = here.subchannel(Note.class);
                OneShotServer<Note> server = here.oneShotServer(Note.class);
                SubSender<Note> sender = far.connect(server.name(), Note.class)) {
            sender.send(new Note(0, "first contact"));
            Router router = Router.start();
            BlockingQueue<Note> queue = new LinkedBlockingQueue<>();
            List<Route> routes = List.of(router.route(notes.receiver(), queue),
                    router.route(server.accept().receiver(), queue));
            sender.send(new Note(1, "one"));
            assertThat(next(queue)).isEqualTo(new Note(1, "one"));
            router.close();
            for (Route route : routes) {
                awaitEnd(route);
            }
            assertThatThrownBy(() -> notes.sender().send(new Note(2, "two"))).isInstanceOf(DisconnectedException.class);
            Deadline.awaitTrue("the sender is told", () -> isDisconnected(sender));
        }
    }

    private static boolean isDisconnected(SubSender<Note> sender) {
        try {
            sender.trySend(new Note(0, "is anybody there?"));
            return false;
        } catch (DisconnectedException _) {
            return true;
        }
    }

    @Test
    @DisplayName("104: closing twice, or before anything was routed, is harmless")
    void closingTwiceIsHarmless() {
        Router unused = Router.start();
        unused.close();
        unused.close();
    }

    @Test
    void aRouterCanBeClosedFromWithinACallback(Path directory) throws Exception {
        for (boolean virtual : new boolean[]{ false, true }) {
            CompletableFuture<Thread> routing = new CompletableFuture<>();
            try (Channel channel = open(directory);
                    Router router = Router.start(virtual
                            ? Thread.ofVirtual().factory()
                            : Thread.ofPlatform().daemon().factory());
                    Subchannel<Note> notes = channel.subchannel(Note.class)) {
                AtomicInteger runs = new AtomicInteger();
                notes.sender().send(new Note(1, "one"));
                notes.sender().send(new Note(2, "two"));
                Route route = router.route(notes.receiver(), _ -> {
                    runs.incrementAndGet();
                    router.close();
                    routing.complete(Thread.currentThread());
                });
                awaitEnd(route);
                assertThat(routing.get(30, TimeUnit.SECONDS).isVirtual()).isEqualTo(virtual);
                assertThat(routing.get().join(Duration.ofSeconds(30))).isTrue();
                assertThat(runs).hasValue(1);
                Deadline.awaitTrue("the sender is told", () -> isDisconnected(notes.sender()));
            }
        }
    }

    @Test
    void aRouteCanBeClosedAndAnotherOpenedFromWithinACallback(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Router router = Router.start(Thread.ofVirtual().factory());
                Subchannel<Note> notes = channel.subchannel(Note.class);
                Subchannel<Note> others = channel.subchannel(Note.class)) {
            BlockingQueue<Note> queue = new LinkedBlockingQueue<>();
            CompletableFuture<Route> itself = new CompletableFuture<>();
            itself.complete(router.route(notes.receiver(), _ -> {
                router.route(others.receiver(), queue);
                itself.get().close();
            }));
            others.sender().send(new Note(2, "two"));
            notes.sender().send(new Note(1, "one"));
            assertThat(next(queue)).isEqualTo(new Note(2, "two"));
            awaitEnd(itself.get());
            assertThatThrownBy(() -> notes.sender().send(new Note(3, "three")))
                    .isInstanceOf(DisconnectedException.class);
            others.sender().send(new Note(4, "four"));
            assertThat(next(queue)).isEqualTo(new Note(4, "four"));
        }
    }
}
