package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.ChannelInfo;
import io.resourcelink.channel.ChannelListener;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Publisher;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.SubSender;
import io.resourcelink.channel.SubscribeOptions;
import io.resourcelink.channel.UnhandledMessages;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;

import static io.resourcelink.KilledMemberLife.BYTES;
import static io.resourcelink.KilledMemberLife.LINKS;
import static io.resourcelink.KilledMemberLife.NEWS;
import static io.resourcelink.KilledMemberLife.WORK;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * This process, which sends to a queue and a topic, and serves both, while other processes that do the same are killed one after the other.
 * Used by one thread.
 */
final class SurvivingMember implements KilledAtEachCallIT.Witness {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final SendOptions PATIENTLY = SendOptions.DEFAULT.timeout(PATIENCE);
    private static final int BURST = 6;
    private static final int MORE = 3;

    private final Path directory;
    private final ResourceLinkFactory factory;
    private final Channel sending;
    private final Channel serving;
    private final NamedServer<byte[]> consumer;
    private final NamedServer<ResourceLink> subscriber;
    private final SubSender<byte[]> sender;
    private final Publisher<ResourceLink> publisher;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> names;
    private final AtomicLong reported = new AtomicLong();
    private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();
    private final Set<Integer> handled = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Integer> news = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> wrong = new LinkedBlockingQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private int sweptAgain;

    SurvivingMember(Path directory) throws IOException, InterruptedException {
        this.directory = Files.createDirectory(directory);
        factory = ResourceLinkFactory.builder().directory(KilledLife.segments(directory)).build();
        sending = Channel.builder().directory(channels()).segments(factory).codec(new LinkCodec())
                .listener(new ChannelListener() {
                    @Override
                    public void unhandled(UnhandledMessages messages) {
                        reported.addAndGet(messages.count());
                    }
                }).open();
        serving = KilledLife.channel(directory, factory);
        consumer = serving.serveCompeting(WORK, BYTES, KilledMemberLife.FEW);
        subscriber = serving.subscribe(NEWS, LINKS, SubscribeOptions.DEFAULT);
        sender = sending.connect(WORK, BYTES);
        publisher = sending.publisher(NEWS, LINKS);
        start(() -> handle(consumer.receiver()));
        start(() -> read(subscriber.receiver()));
        names = SharedMemoryDirectory.files(channels());
    }

    private interface Step {

        void run() throws InterruptedException;
    }

    /** Takes one step after the other until its receiver has ended. */
    private void start(Step step) {
        threads.execute(() -> {
            try {
                for (;;) {
                    step.run();
                }
            } catch (DisconnectedException | IllegalStateException _) {
                // The receiver was closed.
            } catch (Throwable e) {
                wrong.add(e);
            }
        });
    }

    private void handle(SubReceiver<byte[]> receiver) throws InterruptedException {
        try (Received<byte[]> received = receiver.take()) {
            int number = KilledMemberLife.number(received.message());
            if (!handled.add(number) && number > 0) {
                wrong.add(new AssertionError(number + " has come twice."));
            }
            if (received.wantsReply()) {
                reply(received);
            }
        }
    }

    private static void reply(Received<byte[]> received) throws InterruptedException {
        try {
            received.reply(received.message(), BYTES, SendOptions.DEFAULT);
        } catch (IpcException _) {
            // Who asked was killed.
        }
    }

    private void read(SubReceiver<ResourceLink> receiver) throws InterruptedException {
        int content;
        try (ResourceLink link = receiver.receive()) {
            content = link.key().equals(KilledMemberLife.GIFT)
                    ? KilledMemberLife.GIFT_CONTENT
                    : KilledMemberLife.NEWS_CONTENT;
            KilledLife.check(link, content);
        }
        news.add(content);
    }

    @Override
    public int outlive(int point) throws Exception {
        accepted.clear();
        handled.clear();
        reported.set(0);
        leaveDead(WORK, 1);
        leaveDead(NEWS, 2);
        leaveDead("gone", 1);
        List<String> lines = live(point);
        int points = lines.stream().filter(line -> line.startsWith("points ")).findAny()
                .map(line -> Integer.parseInt(line.substring("points ".length()))).orElse(-1);
        assertThat(alive()).as("entries that look alive").containsExactlyInAnyOrder(WORK, NEWS);
        goOn();
        account(lines);
        assertThat(wrong).isEmpty();
        nothingIsLeft();
        return points;
    }

    /** An entry of a process that has died. */
    private void leaveDead(String destination, int kind) throws IOException {
        long nonce = 0x0123_4567_89ab_cdefL;
        byte[] image = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN)
                .put("IPCE".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) kind).putShort((short) 0)
                .putLong(nonce).put("00000000000000aa".getBytes(StandardCharsets.US_ASCII)).putLong(7).array();
        Path entries = Files.createDirectories(channels().resolve("@" + destination));
        Files.write(entries.resolve(String.format("%016x", nonce)), image);
    }

    /** Has a process live, and sends to it. */
    private List<String> live(int point) throws Exception {
        List<String> command = new ArrayList<>(PeerProcess.java(KilledMemberLife.class));
        command.replaceAll(option -> option.startsWith("-Xmx") ? "-Xmx64m" : option);
        command.addAll(List.of(directory.toString(), Integer.toString(point)));
        List<String> lines = new ArrayList<>();
        try (PeerProcess process = PeerProcess.start(command)) {
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Void> sends = CompletableFuture.completedFuture(null);
            for (String line = process.readLine(); line != null; line = process.readLine()) {
                lines.add(line);
                if (line.equals(KilledMemberLife.SERVING)) {
                    sends = CompletableFuture.runAsync(() -> sendUntil(enough), threads);
                }
                if (line.equals(KilledMemberLife.SUBSCRIBED)) {
                    enough.set(true);
                    publish();
                }
            }
            enough.set(true);
            sends.join();
            assertThat(process.waitFor()).as("how it ended").isIn(0, 128 + 9);
        }
        return lines;
    }

    /** In bursts, so that more is sent than both have room for. It takes a moment until a new consumer is found. */
    private void sendUntil(AtomicBoolean enough) {
        try {
            while (!enough.get()) {
                for (int i = 0; i < BURST; i++) {
                    send();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void send() throws InterruptedException {
        int number = numbers.incrementAndGet();
        assertThat(sender.send(KilledMemberLife.bytes(number), PATIENTLY)).as("it is sent").isTrue();
        accepted.add(number);
    }

    private void publish() throws InterruptedException {
        try (ResourceLink link = factory.publish(KilledLife.content(KilledMemberLife.NEWS_CONTENT))) {
            assertThat(publisher.publish(link, PATIENTLY).reached()).isPositive();
        }
    }

    /** What is sent from now on is handled here, but for what was on its way to the dead process, which is told. */
    private void goOn() throws InterruptedException {
        news.clear();
        int before = handled.size();
        Deadline.awaitTrue("messages are handled here", () -> {
            try {
                send();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return handled.size() >= before + MORE;
        });
        publish();
        Integer content = news.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(content).as("news after the death").isNotNull();
    }

    /** Each message was handled here, or there, or was reported; and none twice. */
    private void account(List<String> lines) {
        Set<Integer> there = ConcurrentHashMap.newKeySet();
        lines.stream().filter(line -> line.startsWith(KilledMemberLife.HANDLED))
                .map(line -> Integer.valueOf(line.substring(KilledMemberLife.HANDLED.length()))).forEach(there::add);
        Deadline.awaitTrue("each message is handled or reported: " + there, () -> {
            long missing = accepted.stream().filter(number -> !handled.contains(number) && !there.contains(number))
                    .count();
            return missing <= reported.get();
        });
        assertThat(handled).as("handled twice").noneMatch(there::contains);
    }

    private List<@Nullable String> alive() {
        List<@Nullable String> alive = new ArrayList<>();
        for (ChannelInfo info : ChannelInfo.list(channels())) {
            if (info.alive() && info.destination() != null) {
                alive.add(info.destination());
            }
        }
        return alive;
    }

    private void nothingIsLeft() throws IOException {
        factory.collectOrphans(Duration.ZERO);
        if (!factory.list().isEmpty()) {
            sweptAgain++;
            // The dead process's mappings are there for as long as another process reads of them in /proc.
            Deadline.awaitTrue("a sweep takes what is left", () -> {
                factory.collectOrphans(Duration.ZERO);
                return factory.list().isEmpty();
            });
        }
        Deadline.awaitTrue("no file is left", () -> files(KilledLife.segments(directory)).isEmpty());
        KilledLife.channel(directory, factory).close();
        assertThat(files(channels())).isEqualTo(names);
        assertThat(channels().resolve("@gone")).doesNotExist();
    }

    private static List<String> files(Path directory) {
        try {
            return SharedMemoryDirectory.files(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path channels() {
        return directory.resolve("channels");
    }

    @Override
    public int sweptAgain() {
        return sweptAgain;
    }

    @Override
    public void close() {
        sending.close();
        serving.close();
        threads.close();
        factory.close();
    }
}
