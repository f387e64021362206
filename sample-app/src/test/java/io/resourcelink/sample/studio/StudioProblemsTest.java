package io.resourcelink.sample.studio;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.servlet.autoconfigure.MultipartProperties;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.resourcelink.boot.messaging.ListenerFailedException;
import io.resourcelink.boot.messaging.ListenerGoneException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.sample.message.NoRoomException;

import static org.assertj.core.api.Assertions.assertThat;

/** What cannot be brought about in a test that leaves the machine alone; for all else see {@code StudioIT}. */
class StudioProblemsTest {

    private static final Message<String> REQUEST = new GenericMessage<>("frame");

    private final StudioProblems problems = new StudioProblems(new MultipartProperties());

    @Test
    void fullMemoryIsToldAlikeWhoeverFoundIt() {
        ProblemDetail studio = problems.full(new OutOfSpaceException("frame-1", 100, 10, "/dev/shm/x"));
        ProblemDetail worker = problems.failed(failure(NoRoomException.CODE));
        assertThat(studio.getStatus()).isEqualTo(507);
        assertThat(studio.getDetail()).startsWith("Shared memory has no room for this picture");
        assertThat(worker).isEqualTo(studio);
    }

    @Test
    void aLostWorkerIsNoFaultOfTheClient() {
        assertThat(problems.lost(new ListenerGoneException(REQUEST, "edges",
                new DisconnectedException("edges", "its process has ended."))).getStatus()).isEqualTo(503);
    }

    @Test
    void whatShouldNotHappenIsAnErrorOfTheServer() {
        assertThat(problems.broken(new SegmentNotFoundException("frame-1", "/dev/shm/x")).getStatus()).isEqualTo(500);
        assertThat(problems.failed(failure(null)).getStatus()).isEqualTo(500);
    }

    private static ListenerFailedException failure(@Nullable String code) {
        return new ListenerFailedException(REQUEST, "edges",
                new RequestException(RequestException.Reason.FAILED, "java.lang.Exception", code, "Why."));
    }

    /** Has its header for a picture when it fails, as the sample's controllers have. */
    @RestController
    static class Failing {

        @GetMapping(path = "/fails", produces = "image/png")
        void fail(@RequestParam String how, HttpServletResponse response) throws Exception {
            response.setContentType("image/png");
            response.setHeader("Cache-Control", "max-age=3600, immutable");
            switch (how) {
                case "exception" -> throw new IllegalArgumentException("Nobody expected this.");
                case "checked" -> throw new IOException("The disk is gone.");
                case "error" -> throw new NoClassDefFoundError("io/example/Gone");
                case "late" -> {
                    response.flushBuffer();
                    throw new IllegalStateException("Half a picture was sent.");
                }
                default -> throw new IOException("Broken pipe");
            }
        }
    }

    private MockMvcTester failing() {
        return MockMvcTester.of(List.of(new Failing()), builder -> builder.setControllerAdvice(problems).build());
    }

    @ParameterizedTest
    @ValueSource(strings = { "exception", "checked", "error" })
    void anUnexpectedFailureIsAProblemDetail(String how) {
        assertThat(failing().get().uri("/fails?how={how}", how)).hasStatus(500)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON).hasHeader("Cache-Control", "no-store").bodyJson()
                .extractingPath("$.detail").isEqualTo("The studio failed unexpectedly; its log says why.");
    }

    @ParameterizedTest
    @ValueSource(strings = { "late", "pipe" })
    void anAnswerThatCannotBeReplacedIsLeftToTheServer(String how) {
        assertThat(failing().get().uri("/fails?how={how}", how)).hasFailed();
    }
}
