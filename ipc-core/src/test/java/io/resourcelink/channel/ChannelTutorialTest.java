package io.resourcelink.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** How channels are used, from the first contact on. Read it from top to bottom. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class ChannelTutorialTest {

    record Shot(String name, SharedMemory pixels, SubSender<Verdict> answers) {}

    record Verdict(String name, int brightest) {}

    @Test
    void aPictureIsJudgedByAnotherProcess(Path directory) throws Exception {
        // Two channels are as independent as two processes. Here one thread plays the other process.
        try (Channel judges = Channel.builder().directory(directory).open();
                NamedServer<Shot> shots = judges.serve("shots", Shot.class)) {
            CompletableFuture<Void> judge = CompletableFuture.runAsync(() -> judgeOne(shots.receiver()));

            try (Channel channel = Channel.builder().directory(directory).open();
                    SubSender<Shot> toJudge = channel.connect("shots", Shot.class);
                    Subchannel<Verdict> verdicts = channel.subchannel(Verdict.class);
                    SharedMemory pixels = SharedMemory.fromBytes(new byte[]{ 3, 99, 7 })) {
                // The pixels are not copied, and the sender goes along as it is.
                toJudge.send(new Shot("first", pixels, verdicts.sender()));

                // If the only sender left is the judge's, its end is the end of the subchannel.
                verdicts.sender().close();
                assertThat(verdicts.receiver().receive()).isEqualTo(new Verdict("first", 99));
                assertThatExceptionOfType(DisconnectedException.class).isThrownBy(verdicts.receiver()::receive);
            }
            judge.get();
        }
    }

    record Job(int number) {}

    @Test
    void someShareTheWorkAndOthersAreTold(Path directory) throws Exception {
        MessageType<Job> jobs = MessageType.of(Job.class);
        MessageType<String> texts = MessageType.of(String.class);
        try (Channel worker = Channel.builder().directory(directory).open();
                Channel channel = Channel.builder().directory(directory).open();
                // One of several consumers of a queue, and one of several subscribers of a topic.
                NamedServer<Job> queue = worker.serveCompeting("jobs", jobs, Credits.DEFAULT);
                NamedServer<Job> news = worker.subscribe("news", jobs, SubscribeOptions.DEFAULT);
                SubSender<Job> sender = channel.connect("jobs", jobs);
                Publisher<Job> publisher = channel.publisher("news", jobs)) {
            try (PendingReply<String> pending = sender.request(new Job(7), texts, SendOptions.DEFAULT)) {
                try (Received<Job> request = queue.receiver().take()) {
                    request.reply("done " + request.message().number(), texts, SendOptions.DEFAULT);
                }
                try (Received<String> reply = pending.await(Duration.ofSeconds(5)).orElseThrow()) {
                    assertThat(reply.message()).isEqualTo("done 7");
                }
            }
            assertThat(publisher.publish(new Job(8))).isEqualTo(new PublishResult(1, 0));
            assertThat(news.receiver().receive()).isEqualTo(new Job(8));
        }
    }

    private static void judgeOne(SubReceiver<Shot> shots) {
        try {
            Shot shot = shots.receive();
            // What came with a message is ours to close.
            try (SharedMemory pixels = shot.pixels(); SubSender<Verdict> answers = shot.answers()) {
                answers.send(new Verdict(shot.name(), brightest(pixels.asSegment())));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int brightest(MemorySegment pixels) {
        return pixels.elements(ValueLayout.JAVA_BYTE).mapToInt(pixel -> pixel.get(ValueLayout.JAVA_BYTE, 0)).max()
                .orElseThrow();
    }
}
