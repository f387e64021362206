package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.Effort;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.ThrowingLoggers;
import io.resourcelink.channel.Places.Place;
import io.resourcelink.internal.os.Descriptors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that users implement throws, at every place of the library that calls it, and so does the logger. The places
 * are found in the compiled classes, so a new one fails this test until it is reached or listed. Each place throws two things of many in the
 * gate, others in each run, and everything with {@code -Dipc.thorough}.
 */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(900)
@Tag("slow")
class ThrowingCampaignTest {

    /** Places that this campaign does not reach, each with its reason. */
    private static final Map<String, String> UNREACHED = Map.of("Recurring.start -> ThreadFactory.newThread",
            "the factory is the JDK's own, and nobody can give another one", "Receiver.ask -> ObjectReader.readValue",
            "the reader's deserializer only notes what it is asked for, and calls no user's code",
            "Messages.checkDecodable -> Codec.checkDecodable", "in the call that serves, before anything is opened");

    /** Which calls throw, each in a turn of its own. */
    private static final List<Integer> CALLS = Stream.of(System.getProperty("ipc.campaign.calls", "1,3").split(","))
            .map(Integer::valueOf).toList();

    /** Something that is thrown at one of the calls of a place. */
    private record Throw(Function<String, ? extends Throwable> throwable, int call) {}

    private static final List<Throw> THROWS = Injection.THROWABLES.stream()
            .flatMap(throwable -> CALLS.stream().map(call -> new Throw(throwable, call))).toList();

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SPARE_ROUNDS = 2;

    private final Injection injection = new Injection();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> missing = new TreeSet<>();
    private final IntPredicate sample = Effort.everyOf("throws", THROWS.size() / 2);
    private int tried;
    private int thrown;

    @Test
    void nothingEndsWithWhatAnyPlaceMeets(Path directory) throws Exception {
        Map<Place, Boolean> found = new Places().find();
        Logger logger = Logger.getLogger("io.resourcelink");
        logger.setUseParentHandlers(false);
        ThrowingLoggers.observe(injection::called);
        try {
            rehearse(directory);
            for (Place place : found.keySet()) {
                if (!UNREACHED.containsKey(place.toString())) {
                    throwAt(directory, place);
                }
            }
        } finally {
            ThrowingLoggers.leave();
            logger.setUseParentHandlers(true);
        }
        print(found);
        assertThat(missing).as("places without an injection").isEmpty();
        assertThat(failures).as("what did not go on").isEmpty();
        assertThat(found.keySet().stream().map(Place::toString)).as("listed places exist")
                .containsAll(UNREACHED.keySet());
        assertThat(injection.reached().stream()
                .filter(place -> found.keySet().stream().noneMatch(wanted -> Injection.matches(wanted, place))))
                .as("places that were reached and not found").isEmpty();
        Deadline.awaitTrue("threads that end by themselves have ended", () -> LibraryThreads.passing() == 0);
    }

    /** A life in which nothing throws: it shows which step leads to which place, and starts what lasts as long as the JVM. */
    private void rehearse(Path directory) throws Exception {
        try (CallbackLife life = new CallbackLife(directory, injection)) {
            life.work(true);
        }
    }

    private void print(Map<Place, Boolean> found) {
        found.forEach((place, onThread) -> System.out.println(place + (onThread ? "" : " (callers' threads only)")));
        System.out.printf("%d places, %d of them on threads of the library; x %d throwables x calls %s: %d thrown;"
                + " listed as not reached: %s; missing: %s%n", found.size(),
                found.values().stream().filter(onThread -> onThread).count(), Injection.THROWABLES.size(), CALLS,
                thrown, UNREACHED, missing);
        failures.forEach(System.out::println);
    }

    /** A life for each place; for each throw where only the first failure in a second is logged. */
    private void throwAt(Path directory, Place place) throws Exception {
        List<Throw> all = THROWS.stream().filter(each -> sample.test(tried++)).toList();
        if (!Injection.isLimited(place)) {
            live(directory, place, all);
            return;
        }
        for (Throw each : all) {
            live(directory, place, List.of(each));
        }
    }

    private void live(Path directory, Place place, List<Throw> all) throws Exception {
        long threads = LibraryThreads.lasting();
        long sockets = sockets();
        CallbackLife life = new CallbackLife(directory, injection);
        try {
            life.work(false);
            for (Throw each : all) {
                turn(life, place, each);
                if (!Deadline.await(PATIENCE, () -> LibraryThreads.lasting() == threads + CallbackLife.THREADS)) {
                    failures.add(what(place, each) + "it has " + (LibraryThreads.lasting() - threads)
                            + " threads instead of " + CallbackLife.THREADS);
                }
            }
        } finally {
            injection.disarm();
            close(life, place, all.getLast().throwable());
        }
        if (!Deadline.await(PATIENCE, () -> LibraryThreads.lasting() <= threads && sockets() <= sockets)) {
            failures.add(place + ": after close() there are " + (LibraryThreads.lasting() - threads) + " threads and "
                    + (sockets() - sockets) + " sockets more than before");
        }
    }

    private static String what(Place place, Throw each) {
        return place + ", " + each.throwable().apply("").getClass().getSimpleName() + " at call " + each.call() + ": ";
    }

    /** Has one call throw, and then everything work as before. */
    private void turn(CallbackLife life, Place place, Throw each) {
        injection.arm(place, each.call(), each.throwable());
        for (int round = 0; round < each.call() + SPARE_ROUNDS && !injection.hasFired(); round++) {
            life.attempt();
        }
        if (injection.hasFired()) {
            thrown++;
        } else {
            missing.add(place.toString());
        }
        injection.disarm();
        try {
            life.work(false);
        } catch (Exception | Error e) {
            failures.add(what(place, each) + String.valueOf(e).lines().findFirst().orElse(""));
        }
    }

    /** Closes what is in use, and has it throw once more meanwhile. */
    private void close(CallbackLife life, Place place, Function<String, ? extends Throwable> throwable)
            throws InterruptedException {
        Thread closing = Thread.ofPlatform().daemon().start(() -> {
            try {
                injection.arm(place, 1, throwable);
                life.closeInUse();
            } catch (RuntimeException | Error e) {
                if (!injection.hasFired()) {
                    failures.add(place + ", close: " + e);
                }
            } finally {
                injection.disarm();
            }
        });
        closing.join(TimeUnit.SECONDS.toMillis(30));
        if (closing.isAlive()) {
            failures.add(place + ": close() does not return");
        }
    }

    private static long sockets() {
        return Descriptors.count("socket:");
    }
}
