package io.resourcelink.channel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.resourcelink.Content;
import io.resourcelink.Deadline;
import io.resourcelink.Orphans;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.Hooks.Note;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.ServerName;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.segment.SpaceId;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A factory and two channels with all that users can give them, and steps that together reach every place where they call
 * it.
 */
final class CallbackLife implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PAGES = 10_000;
    private static final String LEAK = "leak";
    private static final int LEAKS = 3;

    /** What the Cleaner's thread is given before the heap is collected once more. */
    private static final Duration GRACE = Duration.ofMillis(100);

    /** Those of two channels, a router and a watcher. */
    static final int THREADS = 4;

    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final Path segmentsDirectory;
    private final Path claimsDirectory;
    private final Path sockets;
    private final Injection injection;
    private final Hooks hooks;
    private final ResourceLinkFactory segments;
    private final Channel here;
    private final Channel far;
    private final Router router;
    private int round;

    CallbackLife(Path root, Injection injection) {
        this.injection = injection;
        this.hooks = new Hooks(injection);
        segmentsDirectory = root.resolve("s");
        claimsDirectory = root.resolve("k");
        sockets = root.resolve("c");
        segments = ResourceLinkFactory.builder().directory(segmentsDirectory).listener(hooks.links()).watch(true)
                .build();
        here = channel();
        far = channel();
        router = Router.start(hooks.threads());
        steps.put("link", this::link);
        steps.put("pool", this::pool);
        steps.put("orphan", this::orphan);
        steps.put("connect", this::connect);
        steps.put("carry", this::carry);
        steps.put("route", this::route);
        steps.put("route first", this::routeFirst);
        steps.put("rubbish", this::rubbish);
        steps.put("drain", this::drain);
        steps.put("request", this::request);
        steps.put("compete", this::compete);
        steps.put("publish", this::publish);
        steps.put("another router", this::anotherRouter);
        steps.put("claim", this::claim);
        steps.put(LEAK, this::leak);
    }

    private Channel channel() {
        return Channel.builder().directory(sockets).codec(hooks.codec()).listener(hooks.connections())
                .segments(segments).open();
    }

    /** Tries everything that may lead to the armed place, and lets anything fail. Ends early when it has thrown. */
    void attempt() {
        round++;
        for (Map.Entry<String, Step> step : steps.entrySet()) {
            if (injection.wants(step.getKey())) {
                try {
                    run(step);
                } catch (Throwable e) {
                    // The caller was told; what matters is what still works afterwards.
                    assertThat(e).isNotNull();
                }
            }
        }
    }

    /** Does everything, and fails if anything does. What nobody closes takes a collection of the heap to be found. */
    void work(boolean leaks) throws Exception {
        round++;
        for (Map.Entry<String, Step> step : steps.entrySet()) {
            if (leaks || !step.getKey().equals(LEAK)) {
                run(step);
            }
        }
        assertThat(segments.list()).as("segments left").isEmpty();
    }

    private void run(Map.Entry<String, Step> step) throws Exception {
        injection.begin(step.getKey());
        step.getValue().run();
    }

    private interface Step {

        void run() throws Exception;
    }

    /** Waits for what another thread brings about; for a moment only while that may be lost, because something is to throw. */
    private void await(String what, BooleanSupplier condition) {
        boolean tolerant = injection.isTurn();
        long start = System.nanoTime();
        long patience = tolerant ? TimeUnit.MILLISECONDS.toNanos(500) : PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (tolerant && injection.hasFired()) {
                return;
            }
            if (System.nanoTime() - start > patience) {
                throw new AssertionError("Not in time: " + what);
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private void link() {
        String key = "link-" + round;
        try (ResourceLink made = segments.publish(key, Content.filling(1, payload -> {
            injection.called("PayloadWriter.write");
            payload.set(JAVA_BYTE, 0, (byte) 7);
        }));
                ResourceLink _ = made.retain();
                ResourceLink acquired = segments.acquire(key)) {
            assertThat(acquired.readPayload(0, 1)).containsExactly(7);
        }
        assertThatExceptionOfType(SegmentNotFoundException.class).isThrownBy(() -> segments.acquire("none"));
    }

    /** Memory that goes round from its second use on: filled by a writer that may leave what was there, and by one that may not. */
    private void pool() {
        for (int use = 0; use < 2; use++) {
            try (ResourceLink made = segments.publish("pool-" + round, Content.overwriting(PAGES, payload -> {
                injection.called("PayloadWriter.write");
                payload.fill((byte) 8);
            }))) {
                assertThat(made.readPayload(PAGES - 1, 1)).containsExactly(8);
            }
            try (ResourceLink made = segments.publish("pool-" + round, Content.filling(PAGES, payload -> {
                injection.called("PayloadWriter.write");
                payload.set(JAVA_BYTE, 0, (byte) 9);
            }))) {
                assertThat(made.readPayload(0, 2)).containsExactly(9, 0);
            }
        }
    }

    private void orphan() {
        int before = hooks.collected.get();
        Orphans.leave(segmentsDirectory, "orphan-" + round);
        await("the watcher collects an orphan", () -> hooks.collected.get() > before);
        segments.collectOrphans(Duration.ZERO);
    }

    private void connect() throws Exception {
        try (OneShotServer<Note> server = here.oneShotServer(Note.class);
                SubSender<Note> sender = far.connect(server.name(), Note.class)) {
            sender.send(new Note(round));
            OneShotServer.Accepted<Note> accepted = server.accept(PATIENCE).orElseThrow();
            try (SubReceiver<Note> receiver = accepted.receiver()) {
                assertThat(accepted.first()).isEqualTo(new Note(round));
                sender.send(new Note(-round));
                assertThat(receiver.receive(PATIENCE)).contains(new Note(-round));
                sender.send(new Note(0));
                await("a message is there", () -> receiver.size() == 1);
                assertThat(receiver.tryReceive()).contains(new Note(0));
            }
        }
    }

    /** A link that travels in a message, received by its type and as what the receiver says it is. */
    private void carry() throws Exception {
        try (Subchannel<Carried> carried = here.subchannel(Carried.class);
                ResourceLink sent = segments.create("carried-" + round, 10)) {
            carried.sender().send(new Carried(sent));
            carried.sender().send(new Carried(sent));
            try (ResourceLink received = carried.receiver().receive(PATIENCE).orElseThrow().link()) {
                assertThat(received.key()).isEqualTo(sent.key());
            }
            try (Received<Carried> received = carried.receiver().take()) {
                assertThat(received.message().link().key()).isEqualTo(sent.key());
            }
        }
    }

    /** What carries a link. */
    record Carried(ResourceLink link) {}

    private void route() throws Exception {
        Collection<Note> taken = new ConcurrentLinkedQueue<>();
        BlockingQueue<Note> queue = hooks.queue();
        try (Subchannel<Note> notes = here.subchannel(Note.class);
                Subchannel<Note> queued = here.subchannel(Note.class);
                Subchannel<Note> failing = here.subchannel(Note.class)) {
            Collection<Note> failed = new ConcurrentLinkedQueue<>();
            try (Router.Route _ = router.route(notes.receiver(), hooks.taking(taken));
                    Router.Route _ = router.route(queued.receiver(), queue);
                    Router.Route _ = router.route(failing.receiver(), hooks.failing(failed))) {
                notes.sender().send(new Note(round));
                queued.sender().send(new Note(round));
                failing.sender().send(new Note(round));
                await("a routed message", () -> taken.contains(new Note(round)));
                await("a queued message", () -> queue.contains(new Note(round)));
                await("a failing message", () -> failed.contains(new Note(round)));
            }
        }
    }

    private void routeFirst() throws InterruptedException {
        Collection<Note> taken = new ConcurrentLinkedQueue<>();
        try (Subchannel<Note> notes = far.subchannel(Note.class);
                Router.Route _ = router.routeFirst(notes.receiver(), hooks.taking(taken))) {
            notes.sender().send(new Note(round));
            await("the first message", () -> taken.contains(new Note(round)));
        }
    }

    private void leak() {
        int before = hooks.leaked.get();
        for (int number = 0; number < LEAKS; number++) {
            forget("forgotten-" + round + "-" + number);
        }
        await("leaks are told of", () -> {
            System.gc();
            return Deadline.await(GRACE, () -> hooks.leaked.get() - before == LEAKS);
        });
        // Also when the throw has ended the wait above: what follows finds none of them.
        Deadline.awaitTrue("the links are closed", () -> {
            System.gc();
            return Deadline.await(GRACE, () -> segments.list().isEmpty());
        });
    }

    private void forget(String key) {
        segments.create(key, 10);
    }

    /** A peer that speaks another protocol. */
    private void rubbish() {
        int before = hooks.connectionsFailed.get();
        try (OneShotServer<Note> server = here.oneShotServer(Note.class);
                Directory directory = Directory.open(sockets, 0700);
                RawPeer peer = new RawPeer(directory, ServerName.parse(server.name()).address())) {
            peer.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await("the listener is told of the peer", () -> hooks.connectionsFailed.get() > before);
        }
    }

    /** A receiver that ends before it has handled what was sent. */
    private void drain() throws Exception {
        int before = hooks.unhandled.get();
        try (NamedServer<Note> server = here.serve("drained", Note.class);
                SubSender<Note> sender = far.connect("drained", Note.class)) {
            sender.send(new Note(round));
            await("a message is there", () -> server.receiver().size() == 1);
            server.drain(Duration.ZERO);
            await("the listener is told of the message", () -> hooks.unhandled.get() > before);
        }
    }

    /** A reply of which an executor is told. */
    private void request() throws Exception {
        MessageType<Note> type = MessageType.of(Note.class);
        try (Subchannel<Note> notes = here.subchannel(Note.class);
                PendingReply<Note> pending = notes.sender().request(new Note(round), type, SendOptions.DEFAULT)) {
            pending.whenDone(hooks.executor(), () -> {});
            try (Received<Note> request = notes.receiver().take()) {
                request.reply(new Note(-request.message().number()), type, SendOptions.DEFAULT);
            }
            assertThat(pending.await(PATIENCE).orElseThrow().keep()).isEqualTo(new Note(-round));
        }
    }

    /** Two consumers, one in the sender's channel. A message comes to either. */
    private void compete() throws Exception {
        MessageType<Note> type = MessageType.of(Note.class);
        try (NamedServer<Note> one = here.serveCompeting("competing", type, Credits.DEFAULT);
                NamedServer<Note> two = far.serveCompeting("competing", type, Credits.DEFAULT);
                SubSender<Note> sender = far.connect("competing", type)) {
            for (int number = 1; number < 4; number++) {
                sender.send(new Note(number));
                await("a consumer has it", () -> one.receiver().size() + two.receiver().size() == 1);
                SubReceiver<Note> receiver = one.receiver().size() == 1 ? one.receiver() : two.receiver();
                assertThat(receiver.receive(PATIENCE)).contains(new Note(number));
            }
        }
    }

    /** Two subscribers, one in the publisher's channel. A message comes to both, and one that none has room for is told of. */
    private void publish() throws Exception {
        MessageType<Note> type = MessageType.of(Note.class);
        SubscribeOptions few = new SubscribeOptions(new Credits(2, 1000, 1), true);
        try (Publisher<Note> publisher = far.publisher("published", type);
                NamedServer<Note> one = here.subscribe("published", type, few);
                NamedServer<Note> two = far.subscribe("published", type, few)) {
            assertThat(publisher.publish(new Note(round))).isEqualTo(new PublishResult(2, 0));
            publisher.publish(new Note(-round));
            assertThat(publisher.publish(new Note(0))).isEqualTo(new PublishResult(0, 2));
            for (NamedServer<Note> each : List.of(one, two)) {
                assertThat(each.receiver().receive(PATIENCE)).contains(new Note(round));
                assertThat(each.receiver().receive(PATIENCE)).contains(new Note(-round));
                await("that it has missed one", () -> each.receiver().missed() == 1);
            }
        }
    }

    private void anotherRouter() {
        try (Router other = Router.start(hooks.threads())) {
            assertThat(other).isNotNull();
        }
    }

    /**
     * Publishes a payload in pieces as a claim, and fetches another one. Uses a directory of its own. In a directory that it shared with
     * another factory, that factory's watcher would keep a thread until both payloads have expired.
     */
    private void claim() throws Exception {
        ClaimSigner signer = ClaimSigner.of(List.of(new byte[ClaimSigner.MIN_SECRET]));
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(claimsDirectory).build()) {
            assertThat(factory.list()).as("left by what has thrown").isEmpty();
            LocalClaims claims = LocalClaims.signed(factory, signer);
            Claim near = claims.publish(Content.appending(1, target -> {
                injection.called("Content$Pieces.writeTo");
                target.accept(MemorySegment.ofArray(new byte[]{ 1 }));
            }), ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)));
            assertThat(claims.settle(near)).isTrue();
            Claim far = signer.sign(new Claim(new SpaceId("f".repeat(32)), near.key(), near.kind(), near.nonce(), 1,
                    near.expiresAt(), List.of()));
            claims.openReplica(far, PATIENCE, (_, sink) -> {
                sink.append(ByteBuffer.allocate(1));
                injection.called("ClaimFetcher.fetch");
            }).close();
            assertThat(claims.removeReplica(far)).isTrue();
        }
    }

    /** Ends with a link held, a route open and a message that nobody takes, so that closing has something to give back. */
    void closeInUse() {
        Closing closing = new Closing();
        closing.run(() -> {
            segments.create("held", 10);
            Subchannel<Note> notes = here.subchannel(Note.class);
            router.route(notes.receiver(), hooks.taking(new ConcurrentLinkedQueue<>()));
            notes.sender().send(new Note(round));
        });
        closing.run(this::close);
        closing.end();
    }

    @Override
    public void close() {
        Closing closing = new Closing();
        closing.run(router::close);
        closing.run(far::close);
        closing.run(here::close);
        closing.run(segments::close);
        closing.end();
    }
}
