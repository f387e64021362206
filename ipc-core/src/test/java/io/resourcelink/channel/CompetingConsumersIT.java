package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.Effort;
import io.resourcelink.NothingLeft;
import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three consumers in processes of their own compete. One after the other is killed, and one is stopped for so long that messages get
 * too old there. Everything that was sent is written down, on both sides, and checked after the run: what was accepted was handled, has
 * failed, was dropped by its age, or was reported. {@code -Dipc.campaign.seconds} says how long it takes, {@code
 * -Dipc.campaign.seed} which are killed.
 */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(600)
@EnabledIfSystemProperty(named = Effort.THOROUGH, matches = "true", disabledReason = "HistoryIT is its part of the gate")
class CompetingConsumersIT {

    private static final long SECONDS = Effort.of("ipc.campaign.seconds", 6, 60);
    private static final long SEED = Long.getLong("ipc.campaign.seed", ThreadLocalRandom.current().nextLong());
    private static final int CREDIT = 16;
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration STOPPED = Duration.ofSeconds(SECONDS >= 60 ? 10 : 3);
    /** Longer than any message waits at a consumer that runs, and shorter than one is stopped. */
    private static final Duration MAX_AGE = Duration.ofSeconds(2);

    /** What became of one request, at its sender. */
    private enum Outcome {
        ANSWERED, FAILED, GONE, UNHANDLED, EXPIRED
    }

    private final Map<Integer, Outcome> requests = new ConcurrentHashMap<>();
    private final Map<Integer, Boolean> messages = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicLong reported = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void eachRequestIsAnsweredOrFailsAndNoneIsHandledTwice(Path directory) throws Exception {
        System.out.println("Competing consumers: -Dipc.campaign.seed=" + SEED);
        Files.createDirectories(directory.resolve("segments"));
        List<PeerProcess> consumers = new ArrayList<>();
        try (Channel channel = Channel.builder().directory(directory.resolve("channels"))
                .listener(new ChannelListener() {
                    @Override
                    public void unhandled(UnhandledMessages unhandled) {
                        reported.addAndGet(unhandled.count());
                    }
                }).open()) {
            for (int i = 0; i < 3; i++) {
                consumers.add(consumer(directory, i));
            }
            try (SubSender<Integer> sender = channel.connect(ServingPeer.WORK, ServingPeer.NUMBERS)) {
                List<Thread> senders = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    senders.add(Thread.ofPlatform().start(() -> repeat(() -> request(sender))));
                }
                senders.add(Thread.ofPlatform().start(() -> repeat(() -> sendNext(sender))));
                disturb(directory, consumers, sender);
                over.set(true);
                for (Thread each : senders) {
                    each.join();
                }
            }
        } finally {
            consumers.forEach(PeerProcess::close);
        }
        check(ServingHistory.take(directory.resolve("segments")));
        Channel.builder().directory(directory.resolve("channels")).open().close();
        try (Stream<Path> left = Files.list(directory.resolve("channels"))) {
            assertThat(left).isEmpty();
        }
    }

    private static PeerProcess consumer(Path directory, int number) throws IOException {
        PeerProcess consumer = PeerProcess.start(ServingPeer.class, List.of(), directory.toString(), "consume",
                ServingHistory.file(directory.resolve("segments"), number).toString(), "200",
                String.valueOf(CREDIT));
        consumer.expect("ready");
        return consumer;
    }

    private void disturb(Path directory, List<PeerProcess> consumers, SubSender<Integer> sender) throws Exception {
        RandomGenerator random = new java.util.Random(SEED);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        boolean stopped = false;
        while (System.nanoTime() < end) {
            int victim = random.nextInt(consumers.size());
            long before = requests.size();
            TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
            if (!stopped) {
                stopped = true;
                letMessagesGetOld(consumers.get((victim + 1) % consumers.size()), sender);
            }
            consumers.get(victim).kill();
            consumers.set(victim, consumer(directory, victim));
            assertThat(requests).as("requests that are over").hasSizeGreaterThan((int) before);
        }
    }

    private void letMessagesGetOld(PeerProcess sleeper, SubSender<Integer> sender) throws Exception {
        sleeper.suspend();
        long count = messages.size();
        // More at once than the others have room for, so that the stopped one gets some.
        for (int i = 0; i < 3 * CREDIT; i++) {
            send(sender, SendOptions.DEFAULT.maxAge(MAX_AGE));
        }
        // Each thread that asks may wait for a reply of the stopped one. More is accepted than all have room for.
        Deadline.awaitTrue("the others handle", () -> messages.size() > count + 4 * CREDIT + 100);
        TimeUnit.NANOSECONDS.sleep(STOPPED.toNanos());
        sleeper.resume();
        Deadline.awaitTrue("what got too old is dropped", () -> !sleeper.ask("report").contains("expired 0"));
    }

    /** One step after the other until the campaign is over. */
    private void repeat(Step step) {
        try {
            while (!over.get()) {
                step.run();
            }
        } catch (Throwable e) {
            wrong.add(e);
        }
    }

    private interface Step {

        void run() throws InterruptedException;
    }

    private void request(SubSender<Integer> sender) throws InterruptedException {
        int number = numbers.incrementAndGet();
        SendOptions options = number % 7 == 0
                ? SendOptions.DEFAULT.maxAge(Duration.ofMillis(300))
                : SendOptions.DEFAULT;
        PendingReply<Integer> pending;
        try {
            pending = sender.request(number, ServingPeer.NUMBERS, options);
        } catch (DisconnectedException _) {
            // For a moment there was none.
            refused.incrementAndGet();
            return;
        }
        try (pending; Received<Integer> reply = pending.await(Duration.ofSeconds(60)).orElseThrow()) {
            assertThat(reply.message()).isEqualTo(number);
            requests.put(number, Outcome.ANSWERED);
        } catch (DisconnectedException _) {
            requests.put(number, Outcome.GONE);
        } catch (RequestException e) {
            requests.put(number, switch (e.reason()) {
                case EXPIRED -> Outcome.EXPIRED;
                case FAILED -> Outcome.FAILED;
                default -> Outcome.UNHANDLED;
            });
            assertThat(e.reason()).isIn(Reason.EXPIRED, Reason.FAILED, Reason.UNHANDLED);
        }
    }

    /** Every second message gets too old where it waits for long. */
    private void sendNext(SubSender<Integer> sender) throws InterruptedException {
        boolean ages = numbers.get() % 2 == 0;
        send(sender, ages ? SendOptions.DEFAULT.maxAge(MAX_AGE) : SendOptions.DEFAULT);
        TimeUnit.MICROSECONDS.sleep(500);
    }

    private void send(SubSender<Integer> sender, SendOptions options) throws InterruptedException {
        int number = numbers.incrementAndGet();
        try {
            sender.send(number, options);
            messages.put(number, true);
        } catch (IpcException _) {
            refused.incrementAndGet();
        }
    }

    private void check(ServingHistory history) {
        assertThat(wrong).isEmpty();
        assertThat(history.handled().values()).as("nothing was sent twice, so nothing is handled twice")
                .allMatch(each -> each == 1);
        assertThat(history.failed().values()).as("nor fails twice").allMatch(each -> each == 1);
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        requests.forEach((number, outcome) -> {
            counts.merge(outcome, 1, Integer::sum);
            switch (outcome) {
                case ANSWERED -> assertThat(history.handled()).as("answered, so handled").containsKey(number);
                case FAILED -> assertThat(history.failed()).as("failed, so handled").containsKey(number);
                case EXPIRED -> assertThat(history.has(number)).as("%s was too old, so not handled", number).isFalse();
                case GONE, UNHANDLED -> {
                }
            }
        });
        int gone = counts.getOrDefault(Outcome.GONE, 0);
        assertThat(counts.get(Outcome.ANSWERED)).isGreaterThan(1000);
        assertThat(counts.get(Outcome.FAILED)).isGreaterThan(50);
        assertThat(gone).isLessThan((int) (SECONDS * 3 * CREDIT));
        long accepted = (long) requests.size() + messages.size();
        long missing = Stream.concat(requests.keySet().stream(), messages.keySet().stream())
                .filter(number -> !history.has(number)).count();
        long unknown = reported.get() + gone + counts.getOrDefault(Outcome.UNHANDLED, 0);
        System.out.println("Accepted " + accepted + " = " + history.handled().size() + " handled + "
                + history.failed().size() + " failed + " + history.expired() + " dropped by age + "
                + (missing - history.expired()) + " of " + unknown + " reported; requests " + counts + ", refused "
                + refused);
        assertThat(history.expired()).as("dropped by age, and not only requests")
                .isGreaterThan(counts.getOrDefault(Outcome.EXPIRED, 0));
        assertThat(missing - history.expired()).as("each was handled, failed, was dropped by age, or is reported")
                .isBetween(0L, unknown);
        assertThat(Stream.of(history.handled(), history.failed()).flatMap(each -> each.keySet().stream()))
                .as("what was refused was not handled").allMatch(this::isAccepted);
        assertThat(reported.get()).as("at most a window for each that was killed")
                .isLessThanOrEqualTo((SECONDS / 2 + 2) * CREDIT);
    }

    private boolean isAccepted(int number) {
        return requests.containsKey(number) || messages.containsKey(number);
    }
}
