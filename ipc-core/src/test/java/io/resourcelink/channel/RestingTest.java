package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.FixedClock;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.wire.Endpoint;
import io.resourcelink.internal.wire.EndpointOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** Channels on which nothing happens: their threads sleep without a limit, and nothing waits for ever because of that. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class RestingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final MessageType<byte[]> BYTES = MessageType.of(byte[].class);

    /** A channel, and what it is made of. */
    private record Opened(Endpoint endpoint, Channel channel) implements AutoCloseable {

        static Opened in(Path directory) {
            Endpoint endpoint = Endpoint.open(directory, new EndpointOptions(null, 1024, false, 0,
                    new ListenerCalls(new ChannelListener() {
                    }), false, FixedClock.TRUST));
            return new Opened(endpoint, new Channel(endpoint, new JacksonCodec(), Credits.DEFAULT));
        }

        void awaitRest() {
            Deadline.awaitTrue("the channel rests", endpoint::isResting);
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    /** After a request it would wait for the next reply, or the next look of the upkeep. */
    @Test
    void creditIsToldAtOnceByAChannelThatRests(Path root) throws Exception {
        try (Opened serving = Opened.in(root);
                NamedServer<byte[]> frames = serving.channel().serve("frames", BYTES);
                Opened sending = Opened.in(root);
                SubSender<byte[]> sender = sending.channel().connect("frames", BYTES, PATIENCE)) {
            PendingReply<byte[]> pending = sender.request(new byte[8], BYTES, SendOptions.DEFAULT);
            Received<byte[]> request = frames.receiver().take();
            assertThat(request.message()).hasSize(8);
            serving.awaitRest();
            sending.awaitRest();
            try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals)) {
                assertThat(request.reply(new byte[9], BYTES, SendOptions.DEFAULT)).isTrue();
                assertThat(calls.count("sendmsg")).as("the reply").isOne();
                request.close();
                assertThat(calls.count("sendmsg")).as("the reply, and the credit of what is finished now").isEqualTo(2);
            }
            assertThat(pending.await(PATIENCE)).hasValueSatisfying(reply -> assertThat(reply.message()).hasSize(9));
            pending.close();
        }
    }

    /** Twice, because after the first time it is another socket that is watched. */
    @Test
    void namesThatAreRemovedWhileTheChannelRestsAreRestoredEachTime(Path root) throws Exception {
        try (Opened serving = Opened.in(root); NamedServer<byte[]> frames = serving.channel().serve("frames", BYTES)) {
            for (int time = 1; time <= 2; time++) {
                int failures = time;
                serving.awaitRest();
                removeAll(root);
                Deadline.awaitTrue("it has noticed", () -> serving.channel().statistics().failures() == failures);
                Deadline.awaitTrue("the names are back", frames::isReachable);
                try (Opened other = Opened.in(root);
                        SubSender<byte[]> sender = other.channel().connect("frames", BYTES, PATIENCE)) {
                    sender.send(new byte[8]);
                    assertThat(frames.receiver().receive(PATIENCE)).isPresent();
                }
            }
        }
    }

    private static void removeAll(Path directory) throws IOException {
        try (Stream<Path> names = Files.list(directory)) {
            for (Path name : names.toList()) {
                Files.delete(name);
            }
        }
    }

    /** The kernel says that the other end is gone, and does not shut the socket down: only the upkeep is left to end the connection. */
    @Test
    void aConnectionThatCouldNotBeEndedIsEndedAlthoughTheChannelRests(Path root) throws Exception {
        try (Opened serving = Opened.in(root);
                NamedServer<byte[]> frames = serving.channel().serve("frames", BYTES);
                Opened sending = Opened.in(root);
                SubSender<byte[]> sender = sending.channel().connect("frames", BYTES, PATIENCE)) {
            sender.send(new byte[8]);
            Received<byte[]> received = frames.receiver().take();
            serving.awaitRest();
            SystemCalls.Companion refusing = (function, _) -> switch (function) {
                case "sendmsg" -> Errno.EPIPE;
                case "shutdown" -> Errno.ENOTCONN;
                default -> 0;
            };
            try (SystemCalls calls = SystemCalls.accompanied(refusing, Thread.currentThread()::equals)) {
                received.close();
                assertThat(calls.count("shutdown")).isOne();
            }
            Deadline.awaitTrue("the connection has ended", () -> serving.channel().statistics().connections() == 0);
        }
    }

    /** As where the user's limit of inotify instances is reached. A channel that rests tries it once more at most. */
    @Test
    void aChannelThatIsNotToldOfItsNameLooksForItEverySecond(Path root) throws Exception {
        SystemCalls.Companion refusing = (function, _) -> function.equals("inotify_init1") ? Errno.EMFILE : 0;
        try (SystemCalls calls = SystemCalls.accompanied(refusing, _ -> true);
                Opened serving = Opened.in(root);
                NamedServer<byte[]> frames = serving.channel().serve("frames", BYTES)) {
            Deadline.awaitTrue("it has tried to be told several times", () -> calls.count("inotify_init1") > 3);
            Files.delete(root.resolve(serving.endpoint().address()));
            Deadline.awaitTrue("it has noticed", () -> serving.channel().statistics().failures() == 1);
            Deadline.awaitTrue("the name is back", frames::isReachable);
        }
    }
}
