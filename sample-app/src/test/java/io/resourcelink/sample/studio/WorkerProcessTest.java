package io.resourcelink.sample.studio;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.sample.line.Line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Workers here are shell scripts, so that they can misbehave in every way. */
class WorkerProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CompletableFuture<WorkerProcess> ended = new CompletableFuture<>();

    @AfterEach
    void everyWorkerEnds() {
        assertThat(ended).succeedsWithin(PATIENCE)
                .satisfies(worker -> assertThat(ProcessHandle.of(worker.pid())).isEmpty());
    }

    @Test
    void aWorkerAnswers() throws IOException {
        try (WorkerProcess worker = start(
                "echo ready $$; read line; echo acquired 1; echo done 1 key.edges 1234; read line", PATIENCE)) {
            WorkerProcess.Answer answer = worker.process("key");
            assertThat(answer.key()).isEqualTo("key.edges");
            assertThat(answer.processMicros()).isEqualTo(1234);
            assertThat(answer.handoffMicros()).isPositive();
            worker.release(answer);
        }
    }

    @Test
    void aWorkerIsToldTheKeyAndThatItsResultIsAcquired() throws IOException {
        try (WorkerProcess worker = start(
                "echo ready $$; read a; echo acquired 1; echo done 1 key.edges 0; read b; read c;"
                        + " echo acquired 2; echo failed 2 unusable \"$a, $b\"; read d",
                PATIENCE)) {
            worker.release(worker.process("key"));
            assertThatExceptionOfType(WorkerFailedException.class).isThrownBy(() -> worker.process("other"))
                    .withMessage("work 1 key, release 1");
        }
    }

    @Test
    void aWorkerMaySayWhyItCannot() throws IOException {
        try (WorkerProcess worker = start("echo ready $$; read line; echo failed 1 no_space It is full.; read line",
                PATIENCE)) {
            assertThatExceptionOfType(WorkerFailedException.class).isThrownBy(() -> worker.process("key"))
                    .withMessage("It is full.").extracting(WorkerFailedException::reason)
                    .isEqualTo(Line.Reason.NO_SPACE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "true", "echo ready $$; read line", "echo ready $$; read line; kill -9 $$",
        "echo Unrecognized VM option; exec sleep 100", "echo ready $$; read line; echo done 7 key 1; exec sleep 100",
        "echo ready $$; read line; echo release 1; exec sleep 100", "exec cat /dev/zero" })
    void aWorkerThatEndsOrTalksGarbageIsLost(String script) throws IOException {
        try (WorkerProcess worker = start(script, PATIENCE)) {
            assertThatExceptionOfType(WorkerLostException.class).isThrownBy(() -> worker.process("key"));
            assertThat(worker.isEnded()).isTrue();
            assertThatExceptionOfType(WorkerLostException.class).isThrownBy(() -> worker.process("another"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "exec sleep 100", "echo ready $$; exec sleep 100",
        "echo ready $$; read line; echo done 1 key 1; exec sleep 100" })
    void aWorkerThatIsSilentIsGivenUp(String script) throws IOException {
        try (WorkerProcess worker = start(script, Duration.ofMillis(300))) {
            assertThatExceptionOfType(WorkerLostException.class).isThrownBy(() -> worker.process("key"));
            assertThat(worker.isEnded()).isTrue();
        }
    }

    @Test
    void aWorkerEndsWithItsInput() throws IOException {
        try (WorkerProcess worker = start("echo ready $$; cat > /dev/null", PATIENCE)) {
            assertThat(worker.isEnded()).isFalse();
        }
    }

    private WorkerProcess start(String script, Duration timeout) throws IOException {
        return WorkerProcess.start(List.of("sh", "-c", script), timeout, ended::complete);
    }
}
