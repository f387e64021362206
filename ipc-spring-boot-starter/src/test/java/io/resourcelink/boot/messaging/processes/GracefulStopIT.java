package io.resourcelink.boot.messaging.processes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.Effort;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.processes.Applications.Application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Consumers that are told to stop while a producer sends from several threads. What was accepted is handled, has failed, was
 * dropped because of its age, or is reported: by the frames' numbers, from the journals of both sides.
 */
@Tag("slow")
@Timeout(600)
class GracefulStopIT {

    /** How often a consumer is stopped, in two tests together. */
    private static final int STOPS = Effort.of("ipc.campaign.stops", 2, 20);
    private static final int BEHIND_A_STAND_BY = Math.max(1, STOPS * 3 / 10);
    private static final int WITHOUT = STOPS - BEHIND_A_STAND_BY;
    private static final int FRAMES_BEFORE_A_STOP = 200;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @TempDir
    private Path work;

    private Applications applications;
    private final List<Application> detectors = new ArrayList<>();

    @BeforeEach
    void prepare() {
        applications = new Applications(directories, work);
    }

    @AfterEach
    void killAll() {
        applications.close();
    }

    private Application startDetector(String... properties) throws Exception {
        Application detector = applications.start(DetectorApplication.class, properties);
        detectors.add(detector);
        return detector;
    }

    private Application startCamera(String... properties) throws Exception {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("ipc.messaging.template.send-timeout=60s");
        all.add("ipc.messaging.template.reply-timeout=60s");
        return applications.start(CameraApplication.class, all.toArray(String[]::new));
    }

    private static void end(Application camera, Application lastDetector) throws Exception {
        camera.tell("stop");
        camera.awaitEvent("stopped");
        lastDetector.stop();
        camera.end();
    }

    private List<Integer> ofDetectors(String event) {
        return detectors.stream().flatMap(detector -> detector.frames(event).stream()).toList();
    }

    /** Fails if something was reported as not handled, or if the camera saw what it must not see. */
    private void assertNothingIsReported(Application camera) {
        assertThat(camera.events("unhandled")).isEmpty();
        assertThat(camera.events("refused")).isEmpty();
        assertThat(camera.events("error")).isEmpty();
        for (Application detector : detectors) {
            assertThat(detector.events("unhandled")).isEmpty();
            assertThat(detector.events("silent")).isEmpty();
        }
    }

    private static Set<Integer> failed(Application camera, String type) {
        return camera.events("failed").stream().filter(words -> words.get(2).equals(type))
                .map(words -> Integer.valueOf(words.get(1))).collect(Collectors.toSet());
    }

    private static Set<Integer> minus(Set<Integer> all, Set<Integer> others) {
        Set<Integer> left = new TreeSet<>(all);
        left.removeAll(others);
        return left;
    }

    @Test
    void whatAConsumerHasAcceptedIsHandledOrHasFailedOrWasTooOld() throws Exception {
        String[] properties = { "ipc.messaging.listener.concurrency=2", "test.failing=true" };
        Application camera = startCamera("test.ages=true");
        for (int stop = 0; stop < WITHOUT; stop++) {
            Application detector = startDetector(properties);
            detector.awaitEvents("handled", FRAMES_BEFORE_A_STOP);
            detector.stop();
        }
        end(camera, startDetector(properties));

        assertNothingIsReported(camera);
        List<Integer> handled = ofDetectors("handled");
        List<Integer> failed = ofDetectors("failed");
        List<Integer> delivered = new ArrayList<>(handled);
        delivered.addAll(failed);
        assertThat(delivered).doesNotHaveDuplicates();
        Set<Integer> requestsThatExpired = failed(camera, "RequestExpiredException");
        Set<Integer> requestsThatFailed = failed(camera, "ListenerFailedException");
        assertThat(camera.events("failed")).hasSize(requestsThatExpired.size() + requestsThatFailed.size());
        assertThat(handled).containsAll(camera.frames("answered")).doesNotContainAnyElementsOf(requestsThatFailed);
        assertThat(failed).containsAll(requestsThatFailed).isNotEmpty();
        assertThat(delivered).doesNotContainAnyElementsOf(requestsThatExpired);

        Set<Integer> accepted = new HashSet<>(camera.frames("sent"));
        accepted.addAll(camera.frames("answered"));
        accepted.addAll(camera.frames("failed"));
        assertThat(minus(new HashSet<>(delivered), accepted)).as("delivered, but not accepted").isEmpty();
        Set<Integer> expired = minus(accepted, new HashSet<>(delivered));
        assertThat(expired).allMatch(id -> id % 8 > 5).isNotEmpty();
        assertThat(ofDetectors("expired").stream().mapToInt(Integer::intValue).sum()).isEqualTo(expired.size());
    }

    /** The listeners run in virtual threads here. */
    @Test
    void behindAStandByEachFrameIsHandledExactlyOnce() throws Exception {
        String[] properties = { "ipc.messaging.listener.concurrency=2", "spring.threads.virtual.enabled=true",
            "spring.main.keep-alive=true", "test.work=8ms" };
        Application camera = startCamera();
        Application serving = startDetector(properties);
        serving.awaitEvents("serves", 4);
        for (int stop = 0; stop < BEHIND_A_STAND_BY; stop++) {
            Application standBy = startDetector(properties);
            standBy.awaitEvent("started");
            assertThat(standBy.events("serves")).isEmpty();
            serving.awaitEvents("handled", FRAMES_BEFORE_A_STOP);
            serving.stop();
            serving = standBy;
            serving.awaitEvents("serves", 4);
        }
        end(camera, serving);

        assertNothingIsReported(camera);
        assertThat(camera.events("failed")).isEmpty();
        List<Integer> accepted = new ArrayList<>(camera.frames("sent"));
        accepted.addAll(camera.frames("answered"));
        assertThat(ofDetectors("handled")).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(accepted);
    }

    /** One thread for each destination, so the n-th frame that was accepted is the message with number n. */
    @Test
    void whatIsLeftAtTheDeadlineIsReportedByNumber() throws Exception {
        Application detector = startDetector("test.work=20ms", "ipc.messaging.listener.shutdown-timeout=200ms");
        Application camera = applications.start(CameraApplication.class, "test.destinations=3",
                "test.requesters=0", "ipc.messaging.template.send-timeout=1s",
                "ipc.messaging.template.reply-timeout=60s");
        detector.awaitEvents("handled", 30);
        detector.stop();
        camera.awaitEvents("refused", 3);
        // The other process has ended. What it has said is in the sockets, and the sender reads it a moment later.
        await().until(() -> IntStream.range(0, 3).allMatch(destination -> told(camera, detector, destination)
                .equals(reported(detector, camera, destination))));
        camera.tell("stop");
        camera.end();

        Set<Integer> handled = new HashSet<>(detector.frames("handled"));
        assertThat(detector.events("silent")).isEmpty();
        assertThat(detector.events("failed")).isEmpty();
        assertThat(failed(camera, "RequestUnhandledException")).hasSameSizeAs(camera.events("failed"));
        for (int destination = 0; destination < 3; destination++) {
            Set<Integer> toldToTheSender = told(camera, detector, destination);
            assertThat(reported(detector, camera, destination)).as("reported at both sides").isEqualTo(toldToTheSender);
            Set<Integer> accepted = new TreeSet<>(camera.frames("sent"));
            accepted.addAll(camera.frames("answered"));
            accepted.addAll(camera.frames("failed"));
            accepted.removeIf(of(destination).negate());
            Set<Integer> left = minus(accepted, handled);
            // A method that is at its end at the deadline can end before the interrupt arrives.
            assertThat(minus(toldToTheSender, left)).as("handled nevertheless").hasSizeLessThanOrEqualTo(1)
                    .isSubsetOf(left.stream().limit(1).map(first -> first - 1).toList());
            assertThat(toldToTheSender).as("accepted and not handled").containsAll(left).isNotEmpty();
        }
    }

    /** {@return the frames of which the sender knows that they were not handled, by a report or by a failed request} */
    private static Set<Integer> told(Application camera, Application detector, int destination) {
        Set<Integer> told = reported(camera, detector, destination);
        failed(camera, "RequestUnhandledException").stream().filter(of(destination)).forEach(told::add);
        return told;
    }

    private static Predicate<Integer> of(int destination) {
        return id -> id / CameraApplication.FRAMES_OF_A_THREAD == destination;
    }

    /** {@return the frames that a process reports as messages that were not handled} */
    private static Set<Integer> reported(Application application, Application other, int destination) {
        return application.unhandled("frames." + destination, other).stream()
                .map(number -> destination * CameraApplication.FRAMES_OF_A_THREAD + number - 1)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
