package io.resourcelink.sample.studio;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of frames when asking for their edges throws at once. */
@ExtendWith(OutputCaptureExtension.class)
class GeneratorTest {

    private static final StudioProperties PROPERTIES = new StudioProperties(8, 1, 0, Duration.ofSeconds(1),
            DataSize.ofMegabytes(64), List.of(), Duration.ofSeconds(1), null, Duration.ofSeconds(1));

    @Test
    void framesThatCannotBeSentAreClosedAndMakeRoomForOthers(@TempDir Path directory) {
        try (ResourceLinkFactory segments = ResourceLinkFactory.builder().inProcess(new InProcessMemory(64 << 20))
                .build();
                Channel channel = Channel.builder().directory(directory.resolve("channels")).open()) {
            IpcTemplate broken = new IpcTemplate(channel) {

                @Override
                public <R> CompletableFuture<@Nullable R> convertSendAndReceiveAsync(String destination, Object request,
                        Class<R> replyType, IpcSendOptions options) {
                    throw new AssertionError("thrown on purpose");
                }
            };
            Journal journal = new Journal();
            Workers workers = new Workers(segments, PROPERTIES, journal, new Orphans(journal));
            try (Generator generator = new Generator(segments, new EdgeFinding(broken, workers, PROPERTIES),
                    PROPERTIES)) {
                generator.viewerCame();
                // More than may be under way at a time.
                await().atMost(Duration.ofMinutes(1)).until(() -> generator.figures().lost() > 20);
                assertThat(generator.figures().underWay()).isLessThanOrEqualTo(1);
                generator.viewerLeft();
                await().atMost(Duration.ofMinutes(1)).until(() -> segments.list().isEmpty());
            }
        }
    }

    @Test
    void thatNoWorkerTakesFramesIsSaidAndNotLogged(@TempDir Path directory, CapturedOutput output) {
        try (ResourceLinkFactory segments = ResourceLinkFactory.builder().inProcess(new InProcessMemory(64 << 20))
                .build();
                Channel channel = Channel.builder().directory(directory.resolve("channels")).open()) {
            Journal journal = new Journal();
            Workers workers = new Workers(segments, PROPERTIES, journal, new Orphans(journal));
            try (Generator generator = new Generator(segments,
                    new EdgeFinding(new IpcTemplate(channel), workers, PROPERTIES), PROPERTIES)) {
                generator.viewerCame();
                await().atMost(Duration.ofMinutes(1)).until(() -> generator.figures().skipped() > 1);
                assertThat(generator.figures().lost()).as("none was sent").isZero();
                assertThat(generator.figures().nobody()).isTrue();
                assertThat(output).doesNotContain("A frame is lost");
            }
        }
    }
}
