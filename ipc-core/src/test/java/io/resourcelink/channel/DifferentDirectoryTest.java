package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.NothingLeft;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.RequestException;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Links in messages between channels whose segments are in different directories. */
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(60)
class DifferentDirectoryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final MessageType<Parcel> PARCEL = MessageType.of(Parcel.class);
    private static final Credits ONE = new Credits(1, 1 << 20, 16);

    private Path root;
    private ResourceLinkFactory ours;
    private ResourceLinkFactory theirs;
    private Channel near;
    private Channel far;

    record Parcel(@Nullable ResourceLink link) {}

    @BeforeEach
    void open(Path directory) {
        root = directory;
        ours = factory("ours", "ours-mapped");
        theirs = factory("theirs", "theirs-mapped");
        near = channel().segments(ours).open();
        far = channel().segments(theirs).open();
    }

    private ResourceLinkFactory factory(String memory, String mapped) {
        return ResourceLinkFactory.builder().directory(root.resolve(memory)).mappedFileDirectory(root.resolve(mapped))
                .build();
    }

    private ChannelBuilder channel() {
        return Channel.builder().directory(root.resolve("channels")).credits(ONE);
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
        ours.close();
        theirs.close();
    }

    private static Subchannel<Parcel> connect(Channel from, Channel to) throws InterruptedException {
        try (OneShotServer<Parcel> server = to.oneShotServer(Parcel.class)) {
            SubSender<Parcel> sender = from.connect(server.name(), Parcel.class);
            sender.send(new Parcel(null));
            SubReceiver<Parcel> receiver = server.accept().receiver();
            return new Subchannel<>(sender, receiver);
        }
    }

    private void assertRefused(ThrowingCallable sending, String directory, String property) {
        assertThatExceptionOfType(DifferentDirectoryException.class).isThrownBy(sending)
                .withMessageContainingAll("\"frame\"", "cannot be sent", "is in " + root.resolve(directory),
                        "process " + ProcessHandle.current().pid(), "need the same directory", property)
                .satisfies(e -> assertThat(e.key()).isEqualTo("frame"))
                .satisfies(e -> assertThat(e.directory()).isEqualTo(root.resolve(directory).toString()));
    }

    /** The only credit is there again each time. */
    private static void assertSendsOthers(Subchannel<Parcel> ends) throws InterruptedException {
        assertThat(ends.sender().send(new Parcel(null), PATIENCE)).isTrue();
        assertThat(ends.receiver().receive()).isEqualTo(new Parcel(null));
    }

    @Test
    void messageIsNotSent() throws Exception {
        try (Subchannel<Parcel> ends = connect(near, far); ResourceLink link = ours.create("frame", 8)) {
            for (int i = 0; i < 3; i++) {
                assertRefused(() -> ends.sender().send(new Parcel(link), PATIENCE), "ours", "ipc.directory");
                assertThat(link.refcount()).isOne();
                assertSendsOthers(ends);
            }
            assertThat(near.statistics().disconnects()).isZero();
            ends.sender().close();
            assertThatExceptionOfType(DisconnectedException.class).isThrownBy(ends.receiver()::receive);
        }
    }

    @Test
    void requestIsNotSent() throws Exception {
        try (Subchannel<Parcel> ends = connect(near, far); ResourceLink link = ours.create("frame", 8)) {
            for (int i = 0; i < 3; i++) {
                assertRefused(() -> ends.sender().request(new Parcel(link), PARCEL, SendOptions.DEFAULT), "ours",
                        "directory(...)");
                assertSendsOthers(ends);
            }
            ends.sender().close();
            assertThatExceptionOfType(DisconnectedException.class).as("no request counts as a sender")
                    .isThrownBy(ends.receiver()::receive);
        }
    }

    @Test
    void linkThatWasHandedOverIsClosed() throws Exception {
        try (Subchannel<Parcel> ends = connect(near, far)) {
            ResourceLink link = ours.create("frame", 8);
            assertRefused(() -> ends.sender().send(new Parcel(link), SendOptions.DEFAULT.handingOver()), "ours",
                    "ipc.directory");
            assertThat(link.isClosed()).isTrue();
            assertThat(ours.info("frame")).isEmpty();
        }
    }

    @Test
    void replyIsNotSentAndTheRequesterIsTold() throws Exception {
        try (Subchannel<Parcel> ends = connect(near, far);
                ResourceLink link = theirs.create("frame", 8);
                PendingReply<Parcel> pending = ends.sender().request(new Parcel(null), PARCEL, SendOptions.DEFAULT);
                Received<Parcel> request = ends.receiver().take()) {
            assertRefused(() -> request.reply(new Parcel(link), PARCEL, SendOptions.DEFAULT), "theirs",
                    "ipc.directory");
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> pending.await(PATIENCE))
                    .withMessageContainingAll("could not be sent", "is in " + root.resolve("theirs"))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(RequestException.Reason.FAILED))
                    .satisfies(e -> assertThat(e.type()).isEqualTo(DifferentDirectoryException.class.getName()));
            assertThat(link.refcount()).isOne();
        }
    }

    @Test
    void resultThatWasHandedOverIsClosedBeforeTheRequesterIsTold() throws Exception {
        try (Subchannel<Parcel> ends = connect(near, far);
                PendingReply<Parcel> pending = ends.sender().request(new Parcel(null), PARCEL, SendOptions.DEFAULT);
                Received<Parcel> request = ends.receiver().take()) {
            ResourceLink link = theirs.create("frame", 8);
            Thread replying = Thread.currentThread();
            List<Boolean> closed = new ArrayList<>();
            try (SystemCalls _ = SystemCalls.accompanied((function, _) -> {
                if (function.equals("sendmsg")) {
                    closed.add(link.isClosed());
                }
                return 0;
            }, replying::equals)) {
                assertRefused(() -> request.reply(new Parcel(link), PARCEL, SendOptions.DEFAULT.handingOver()),
                        "theirs", "ipc.directory");
            }
            assertThat(closed).isNotEmpty().containsOnly(true);
            assertThatExceptionOfType(RequestException.class).isThrownBy(() -> pending.await(PATIENCE));
        }
    }

    @Test
    void eachKindHasItsOwnDirectory() throws Exception {
        CreateOptions mapped = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE);
        try (ResourceLinkFactory half = factory("ours", "theirs-mapped");
                Channel channel = channel().segments(half).open();
                ResourceLink memory = ours.create("frame", 8);
                ResourceLink file = ours.create("frame", 8, mapped);
                ResourceLink _ = half.create("other", 8, mapped);
                Subchannel<Parcel> ends = connect(near, channel)) {
            assertArrives(ends, memory);
            assertRefused(() -> ends.sender().send(new Parcel(file)), "ours-mapped", "ipc.mapped-file-directory");
        }
    }

    private static void assertArrives(Subchannel<Parcel> ends, ResourceLink link) throws Exception {
        ends.sender().send(new Parcel(link));
        try (Received<Parcel> received = ends.receiver().take()) {
            assertThat(received.message().link()).isNotNull();
            assertThat(link.refcount()).isEqualTo(2);
        }
    }

    /** Its directory may appear, or be made, when it gets the first link. */
    @Test
    void directoryThatIsNotThereYetIsNotChecked() throws Exception {
        CreateOptions mapped = CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE);
        try (ResourceLink file = ours.create("frame", 8, mapped); Subchannel<Parcel> ends = connect(near, far)) {
            ends.sender().send(new Parcel(file));
            try (Received<Parcel> received = ends.receiver().take()) {
                assertThatExceptionOfType(MessageException.class).isThrownBy(received::message)
                        .withRootCauseInstanceOf(DifferentDirectoryException.class)
                        .withMessageContaining("is not in " + root.resolve("theirs-mapped"));
            }
        }
    }

    @Test
    void receiverWithoutAFactoryIsNotChecked() throws Exception {
        try (Channel bare = channel().open();
                Subchannel<Parcel> ends = connect(near, bare);
                ResourceLink link = ours.create("frame", 8)) {
            ends.sender().send(new Parcel(link));
            try (Received<Parcel> received = ends.receiver().take()) {
                assertThatExceptionOfType(MessageException.class).isThrownBy(received::message)
                        .withRootCauseInstanceOf(IllegalStateException.class).withMessageContaining("segments(");
            }
        }
    }

    @Test
    void linksOfAnyFactoryAreChecked() throws Exception {
        try (Channel bare = channel().open();
                Subchannel<Parcel> ends = connect(bare, far);
                ResourceLink link = ours.create("frame", 8);
                ResourceLink right = theirs.create("right", 8)) {
            assertRefused(() -> ends.sender().send(new Parcel(link)), "ours", "ipc.directory");
            assertArrives(ends, right);
        }
    }

    /** The greetings were said before. */
    @Test
    void directoryThatWasRemovedIsNotChecked() throws Exception {
        try (ResourceLinkFactory same = factory("ours", "ours-mapped");
                Channel channel = channel().segments(same).open();
                Subchannel<Parcel> ends = connect(near, channel);
                ResourceLink old = ours.create("old", 8)) {
            remove();
            assertArrives(ends, old);
            try (ResourceLink fresh = ours.create("fresh", 8)) {
                assertArrives(ends, fresh);
                assertArrives(ends, old);
            }
        }
    }

    /** A process that starts later has never seen the old one. */
    @Test
    void oldLinkReachesAProcessThatHasMadeTheDirectoryAgain() throws Exception {
        try (ResourceLink old = ours.create("old", 8)) {
            remove();
            try (ResourceLinkFactory same = factory("ours", "ours-mapped");
                    Channel channel = channel().segments(same).open();
                    Subchannel<Parcel> ends = connect(near, channel)) {
                assertArrives(ends, old);
            }
        }
    }

    private void remove() throws IOException {
        Path directory = root.resolve("ours");
        Files.deleteIfExists(directory.resolve("old"));
        Files.deleteIfExists(directory.resolve(".stage"));
        Files.delete(directory);
    }
}
