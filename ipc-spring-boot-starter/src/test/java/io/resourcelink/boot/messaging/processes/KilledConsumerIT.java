package io.resourcelink.boot.messaging.processes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.Effort;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.ListenerGoneException;
import io.resourcelink.boot.messaging.processes.Applications.Application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Consumers without Spring that are killed again and again, while a Spring application sends to them from several threads. */
@Tag("slow")
@Timeout(600)
class KilledConsumerIT {

    /** How long consumers are killed: {@code -Dipc.campaign.seconds=180} in the campaign. */
    private static final int SECONDS = Effort.of("ipc.campaign.seconds", 5, 60);
    private static final Duration LIFE = Duration.ofSeconds(2);
    private static final int DESTINATIONS = 3;
    /** Each frame has a link, and so many descriptors may be on their way. */
    private static final int WINDOW = 256;
    private static final Set<String> OUTCOMES = Set.of("sent", "answered", "failed");

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path work;

    private Applications applications;

    @BeforeEach
    void prepare() {
        applications = new Applications(directories, work);
    }

    @AfterEach
    void killAll() {
        applications.close();
    }

    @Test
    void nothingIsLostSilentlyAndNothingIsHandledTwiceUnlessItsSenderKnows() throws Exception {
        Application camera = applications.start(CameraApplication.class, "test.destinations=" + DESTINATIONS,
                "test.again=true", "ipc.messaging.template.send-timeout=60s",
                "ipc.messaging.template.reply-timeout=60s");
        List<Application> detectors = killEachAfterItsLife();
        Application last = detectors.getLast();
        for (int destination = 0; destination < DESTINATIONS; destination++) {
            awaitHandled(last, of(destination));
        }
        camera.tell("stop");
        camera.awaitEvent("stopped");
        for (int destination = 0; destination < DESTINATIONS; destination++) {
            awaitHandled(last, accepted(camera, destination).getLast().frame()::equals);
        }
        camera.end();
        last.kill();

        assertThat(camera.events("refused")).isEmpty();
        assertThat(camera.events("error")).isEmpty();
        assertThat(detectors).allSatisfy(detector -> assertThat(detector.events("error")).isEmpty());
        assertRequests(camera, detectors);
        for (int destination = 0; destination < DESTINATIONS; destination++) {
            assertMessages(camera, detectors, destination);
        }
    }

    /** {@return all consumers; the last one lives} */
    private List<Application> killEachAfterItsLife() throws Exception {
        List<Application> detectors = new ArrayList<>(List.of(applications.start(PlainDetector.class)));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < end) {
            Application detector = detectors.getLast();
            detector.awaitEvent("handled");
            detector.process().waitFor(LIFE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(detector.process().isAlive()).as(detector::output).isTrue();
            detector.kill();
            detectors.add(applications.start(PlainDetector.class));
        }
        return detectors;
    }

    private static void awaitHandled(Application detector, Predicate<Integer> frame) {
        await("a frame is handled by process " + detector.process().pid()).atMost(Duration.ofSeconds(30))
                .until(() -> detector.frames("handled").stream().anyMatch(frame));
    }

    private static Predicate<Integer> of(int destination) {
        return frame -> frame / CameraApplication.FRAMES_OF_A_THREAD == destination;
    }

    /** A request is answered in the end, and sent again only after its sender was told that the listener's process has ended. */
    private static void assertRequests(Application camera, List<Application> detectors) {
        assertThat(camera.events("failed")).isNotEmpty()
                .allMatch(words -> words.get(2).equals(ListenerGoneException.class.getSimpleName()));
        Set<Integer> answered = new HashSet<>(camera.frames("answered"));
        assertThat(answered).containsAll(camera.frames("failed"));
        Map<Integer, Long> failures = counts(camera.frames("failed"));
        Map<Integer, Long> begun = counts(all(detectors, "begun"));
        assertThat(all(detectors, "handled")).containsAll(answered);
        assertThat(answered).allMatch(frame -> begun.get(frame) <= 1 + failures.getOrDefault(frame, 0L));
    }

    private static List<Integer> all(List<Application> detectors, String event) {
        return detectors.stream().flatMap(detector -> detector.frames(event).stream()).toList();
    }

    private static Map<Integer, Long> counts(List<Integer> frames) {
        return frames.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    /**
     * What the receiver has accepted.
     *
     * @param frame the number of the frame
     * @param request whether it was a request
     */
    private record Accepted(Integer frame, boolean request) {}

    /** {@return what the only thread that sends to a destination has sent, in order} */
    private static List<Accepted> accepted(Application camera, int destination) {
        return camera.events().stream().filter(words -> OUTCOMES.contains(words.getFirst()))
                .map(words -> new Accepted(Integer.valueOf(words.get(1)), !words.getFirst().equals("sent")))
                .filter(accepted -> of(destination).test(accepted.frame())).toList();
    }

    /**
     * Each message was handled once, or its sender was told that it may not have been. Each consumer has counted from 1 on what it has
     * received, so the numbers in its journal say where its part of all that was accepted begins.
     */
    private static void assertMessages(Application camera, List<Application> detectors, int destination) {
        List<Accepted> accepted = accepted(camera, destination);
        Map<Integer, Integer> places = new HashMap<>();
        for (int place = 0; place < accepted.size(); place++) {
            if (!accepted.get(place).request()) {
                places.put(accepted.get(place).frame(), place);
            }
        }
        int end = accepted.size();
        for (Application detector : detectors.reversed()) {
            OptionalInt begin = begin(detector, places);
            Set<Integer> reported = camera.unhandled("frames." + destination, detector);
            assertThat(reported).hasSizeLessThanOrEqualTo(WINDOW);
            if (begin.isPresent()) {
                Set<Integer> handled = new HashSet<>(detector.frames("handled"));
                for (int place = begin.getAsInt(); place < end; place++) {
                    boolean isKnown = accepted.get(place).request() || handled.contains(accepted.get(place).frame())
                            || reported.contains(place - begin.getAsInt() + 1);
                    assertThat(isKnown).as("frame %s", accepted.get(place).frame()).isTrue();
                }
                end = begin.getAsInt();
            }
        }
        assertThat(end).as("sent before the first one").isZero();
        List<Integer> begun = all(detectors, "begun").stream().filter(places::containsKey).toList();
        assertThat(begun).doesNotHaveDuplicates();
    }

    /** {@return the place of a consumer's message 1 in all that was accepted, if it has received a message} */
    private static OptionalInt begin(Application detector, Map<Integer, Integer> places) {
        Set<Integer> begins = detector.events("begun").stream()
                .filter(words -> places.containsKey(Integer.valueOf(words.get(1))))
                .map(words -> places.get(Integer.valueOf(words.get(1))) + 1 - Integer.parseInt(words.get(2)))
                .collect(Collectors.toSet());
        assertThat(begins).as("all numbers are counted from one message on").hasSizeLessThanOrEqualTo(1);
        return begins.stream().mapToInt(Integer::intValue).findFirst();
    }
}
