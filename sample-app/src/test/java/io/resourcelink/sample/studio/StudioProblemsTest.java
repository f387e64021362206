package io.resourcelink.sample.studio;

import org.junit.jupiter.api.Test;
import org.springframework.boot.servlet.autoconfigure.MultipartProperties;
import org.springframework.http.ProblemDetail;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.sample.line.Line;

import static org.assertj.core.api.Assertions.assertThat;

/** What cannot be brought about in a test that leaves the machine alone; for all else see {@code StudioIT}. */
class StudioProblemsTest {

    private final StudioProblems problems = new StudioProblems(new MultipartProperties());

    @Test
    void fullMemoryIsToldAlikeWhoeverFoundIt() {
        ProblemDetail studio = problems.full(new OutOfSpaceException("frame-1", 100, 10, "/dev/shm/x"));
        ProblemDetail worker = problems.failed(new WorkerFailedException(
                new Line.Failed(1, Line.Reason.NO_SPACE, "No space.")));
        assertThat(studio.getStatus()).isEqualTo(507);
        assertThat(studio.getDetail()).startsWith("Shared memory has no room for this picture");
        assertThat(worker).isEqualTo(studio);
    }

    @Test
    void aLostWorkerIsNoFaultOfTheClient() {
        assertThat(problems.lost(new WorkerLostException("Gone", null)).getStatus()).isEqualTo(503);
    }

    @Test
    void whatShouldNotHappenIsAnErrorOfTheServer() {
        assertThat(problems.broken(new SegmentNotFoundException("frame-1", "/dev/shm/x")).getStatus()).isEqualTo(500);
        assertThat(problems.failed(new WorkerFailedException(new Line.Failed(1, Line.Reason.UNUSABLE, "Why.")))
                .getStatus()).isEqualTo(500);
    }
}
