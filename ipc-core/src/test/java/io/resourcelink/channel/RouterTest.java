package io.resourcelink.channel;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.Router.Handler;
import io.resourcelink.channel.Router.Route;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Receivers whose messages are handed to callbacks and queues. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
@SuppressWarnings("try") // What is closed early is closed once more.
class RouterTest extends RouterFixture {

    record Invitation(SubSender<Note> answers) {}

    @Test
    @DisplayName("57: a routed receiver's route ends when its sender was lost with the channel that was to receive it")
    void aRouteEndsWhenItsSenderIsLostInFlight(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Router router = Router.start();
                Subchannel<Note> notes = channel.subchannel(Note.class)) {
            Channel carrying = open(directory);
            OneShotServer<Invitation> server = carrying.oneShotServer(Invitation.class);
            BlockingQueue<Note> queue = new LinkedBlockingQueue<>();
            Route route = router.route(notes.receiver(), queue);
            try (SubSender<Invitation> invitations = channel.connect(server.name(), Invitation.class)) {
                invitations.send(new Invitation(notes.sender()));
                notes.sender().send(new Note(1, "one"));
                notes.sender().close();
                assertThat(next(queue)).isEqualTo(new Note(1, "one"));
                assertThat(route.ended()).isNotDone();
                carrying.close();
                awaitEnd(route);
                assertThat(queue).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("78: a region through a routed subchannel reaches the callback")
    void aRegionReachesTheCallback(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Router router = Router.start();
                OneShotServer<Parcels> server = here.oneShotServer(Parcels.class);
                SubSender<Parcels> sender = far.connect(server.name(), Parcels.class);
                SharedMemory memory = SharedMemory.fromByte((byte) 7, 100_000)) {
            sender.send(new Parcels(memory));
            OneShotServer.Accepted<Parcels> accepted = server.accept();
            accepted.first().memory().close();
            BlockingQueue<Parcels> queue = new LinkedBlockingQueue<>();
            router.route(accepted.receiver(), queue::put);
            sender.send(new Parcels(memory));
            Parcels got = Objects.requireNonNull(next(queue));
            assertThat(got.memory().contentEquals(memory)).isTrue();
            got.memory().close();
        }
    }

    @Test
    @DisplayName("101: a callback is called with the message, on the router's thread")
    void aCallbackIsCalledWithTheMessage(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Subchannel<Note> notes = channel.subchannel(Note.class);
                Router router = Router.start()) {
            CompletableFuture<Note> got = new CompletableFuture<>();
            CompletableFuture<String> thread = new CompletableFuture<>();
            router.route(notes.receiver(), message -> {
                thread.complete(Thread.currentThread().getName());
                got.complete(message);
            });
            notes.sender().send(new Note(1, "one"));
            assertThat(got.get(30, TimeUnit.SECONDS)).isEqualTo(new Note(1, "one"));
            assertThat(thread.get()).isEqualTo("ipc-router");
        }
    }

    @Test
    @DisplayName("105: a router stays usable when all senders to it are gone")
    void aRouterStaysUsable(Path directory) throws Exception {
        try (Channel channel = open(directory); Router router = Router.start()) {
            BlockingQueue<Note> queue = new LinkedBlockingQueue<>();
            for (int i = 0; i < 10; i++) {
                Subchannel<Note> notes = channel.subchannel(Note.class);
                Route route = router.route(notes.receiver(), queue);
                notes.sender().send(new Note(i, "again"));
                notes.sender().close();
                awaitEnd(route);
                assertThat(queue).containsExactly(new Note(i, "again"));
                queue.clear();
            }
        }
    }

    @Test
    @DisplayName("106: a sender sent through a routed subchannel is usable by the receiver")
    void aRoutedSenderIsUsable(Path directory) throws Exception {
        try (Channel here = open(directory);
                Channel far = open(directory);
                Router router = Router.start();
                OneShotServer<Invitation> server = here.oneShotServer(Invitation.class);
                SubSender<Invitation> sender = far.connect(server.name(), Invitation.class);
                Subchannel<Note> answers = far.subchannel(Note.class)) {
            sender.send(new Invitation(answers.sender()));
            OneShotServer.Accepted<Invitation> accepted = server.accept();
            accepted.first().answers().close();
            router.route(accepted.receiver(), invitation -> {
                try (SubSender<Note> answering = invitation.answers()) {
                    answering.send(new Note(1, "answer"));
                }
            });
            sender.send(new Invitation(answers.sender()));
            answers.sender().close();
            assertThat(answers.receiver().receive()).isEqualTo(new Note(1, "answer"));
            assertThatThrownBy(answers.receiver()::receive).isInstanceOf(DisconnectedException.class);
        }
    }

    @Test
    @DisplayName("107: routes to a new queue and to one that is used already; a full one makes the senders wait")
    void routesToQueues(Path directory) throws Exception {
        Credits two = new Credits(2, 1 << 20, 8);
        try (Channel channel = open(directory);
                Router router = Router.start();
                Subchannel<Note> one = channel.subchannel(MessageType.of(Note.class), two);
                Subchannel<Note> other = channel.subchannel(Note.class)) {
            BlockingQueue<Note> queue = new ArrayBlockingQueue<>(1);
            router.route(one.receiver(), queue);
            int sent = 0;
            while (one.sender().send(new Note(sent, "one"), Duration.ofSeconds(sent < 4 ? 30 : 0))) {
                sent++;
            }
            assertThat(sent).as("one in the queue, one in hand, two on the subchannel").isEqualTo(4);
            router.route(other.receiver(), queue);
            for (int i = 0; i < sent; i++) {
                assertThat(next(queue)).isEqualTo(new Note(i, "one"));
            }
            other.sender().send(new Note(5, "other"));
            assertThat(next(queue)).isEqualTo(new Note(5, "other"));
        }
    }

    @Test
    @DisplayName("108: several receivers, of several channels, fed from several threads, on one router")
    void manyReceiversOnOneRouter(Path directory) throws Exception {
        int threads = 4;
        int messages = 2_000;
        try (Channel here = open(directory);
                Channel other = open(directory);
                Channel far = open(directory);
                Router router = Router.start();
                var executor = Executors.newFixedThreadPool(threads)) {
            Map<Integer, List<Integer>> got = new ConcurrentHashMap<>();
            List<Route> routes = new ArrayList<>();
            List<CompletableFuture<@Nullable Void>> sending = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int route = i;
                SubReceiver<Note> receiver;
                SubSender<Note> sender;
                if (i == 0) {
                    Subchannel<Note> local = here.subchannel(Note.class);
                    receiver = local.receiver();
                    sender = local.sender();
                } else {
                    OneShotServer<Note> server = (i == 1 ? here : other).oneShotServer(Note.class);
                    sender = far.connect(server.name(), Note.class);
                    sender.send(new Note(-1, "first contact"));
                    receiver = server.accept().receiver();
                }
                routes.add(router.route(receiver, note -> got.computeIfAbsent(
                        route * threads + Integer.parseInt(note.text()), _ -> new ArrayList<>()).add(note.number())));
                for (int thread = 0; thread < threads; thread++) {
                    String name = String.valueOf(thread);
                    SubSender<Note> copy = sender.retain();
                    sending.add(CompletableFuture.runAsync(() -> {
                        try (copy) {
                            for (int number = 0; number < messages; number++) {
                                copy.send(new Note(number, name));
                            }
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }, executor));
                }
                sender.close();
            }
            for (CompletableFuture<@Nullable Void> each : sending) {
                each.get(30, TimeUnit.SECONDS);
            }
            for (Route route : routes) {
                awaitEnd(route);
            }
            List<Integer> all = IntStream.range(0, messages).boxed().toList();
            assertThat(got).hasSize(3 * threads).allSatisfy((_, numbers) -> assertThat(numbers).isEqualTo(all));
        }
    }

    @Test
    @DisplayName("109: a handler of the first message runs once; what comes later is discarded, and what it carried freed")
    void theFirstMessageOnly(Path directory) throws Exception {
        long before = Descriptors.count("memfd");
        Credits few = new Credits(4, 1 << 20, 4);
        try (Channel here = open(directory);
                Channel far = Channel.builder().directory(directory).credits(few).open();
                Router router = Router.start();
                OneShotServer<Parcels> server = far.oneShotServer(Parcels.class);
                SubSender<Parcels> sender = here.connect(server.name(), Parcels.class)) {
            try (SharedMemory memory = SharedMemory.fromByte((byte) 1, 100)) {
                sender.send(new Parcels(memory));
                OneShotServer.Accepted<Parcels> accepted = server.accept();
                accepted.first().memory().close();
                AtomicInteger runs = new AtomicInteger();
                Route route = router.routeFirst(accepted.receiver(), parcels -> {
                    runs.incrementAndGet();
                    parcels.memory().close();
                });
                for (int i = 0; i < 50; i++) {
                    sender.send(new Parcels(memory));
                }
                sender.close();
                awaitEnd(route);
                assertThat(runs).hasValue(1);
            }
            assertThat(Descriptors.count("memfd")).isEqualTo(before);
        }
    }

    private static final class Counting implements Handler<Note> {

        private final AtomicInteger count;

        Counting(AtomicInteger count) {
            this.count = count;
        }

        @Override
        public void message(Note message) {
            count.incrementAndGet();
        }
    }

    @Test
    @DisplayName("110: the callback is let go of when the last sender is closed, also by who keeps the route")
    void theCallbackIsLetGoOf(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Router router = Router.start();
                Subchannel<Note> notes = channel.subchannel(Note.class)) {
            AtomicInteger count = new AtomicInteger();
            Counting handler = new Counting(count);
            WeakReference<Counting> callback = new WeakReference<>(handler);
            Route route = router.route(notes.receiver(), handler);
            handler = null;
            SubSender<Note> copy = notes.sender().retain();
            notes.sender().close();
            copy.send(new Note(1, "one"));
            Deadline.awaitTrue("one message was handled", () -> count.get() == 1);
            assertThat(callback.get()).isNotNull();
            copy.close();
            awaitEnd(route);
            Deadline.awaitTrue("the callback is dropped", () -> {
                System.gc();
                return callback.get() == null;
            });
            assertThat(route.ended()).isDone();
        }
    }

    @Test
    @DisplayName("111: a message of 65,536 records is routed")
    void aVeryLargeMessage(Path directory) throws Exception {
        MessageType<List<Note>> many = new MessageType<>() {
        };
        try (Channel here = open(directory);
                Channel far = open(directory);
                Router router = Router.start();
                OneShotServer<List<Note>> server = here.oneShotServer(many);
                SubSender<List<Note>> sender = far.connect(server.name(), many)) {
            sender.send(List.of());
            BlockingQueue<List<Note>> queue = new LinkedBlockingQueue<>();
            router.route(server.accept().receiver(), queue);
            List<Note> notes = IntStream.range(0, 65_536).mapToObj(i -> new Note(i, "note " + i)).toList();
            sender.send(notes);
            assertThat(next(queue)).isEqualTo(notes);
        }
    }

    /** All 1,000,000 take half a minute of two busy cores: {@code -Dipc.test.routes=1000000}. */
    @Test
    @DisplayName("112: 100,000 times, or as often as one likes, a subchannel is opened, routed and closed")
    void aGreatManyRoutes(Path directory) throws Exception {
        int cycles = Integer.getInteger("ipc.test.routes", 100_000);
        try (Channel channel = open(directory); Router router = Router.start()) {
            AtomicInteger ended = new AtomicInteger();
            for (int i = 0; i < cycles; i++) {
                Subchannel<byte[]> bytes = channel.bytes();
                Route route = router.route(bytes.receiver(), _ -> {});
                CompletableFuture<?> _ = route.ended().thenRun(ended::incrementAndGet);
                bytes.sender().close();
            }
            Deadline.awaitTrue("all routes have ended", () -> ended.get() == cycles);
        }
    }
}
