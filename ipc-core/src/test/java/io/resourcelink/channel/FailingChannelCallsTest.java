package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.RequestException;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** One system call of a channel fails. */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class FailingChannelCallsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicReference<@Nullable IpcException> told = new AtomicReference<>();

    private Channel open(Path directory) {
        return Channel.builder().directory(directory.resolve("channels")).listener(new ChannelListener() {
            @Override
            public void failed(IpcException failure) {
                told.compareAndSet(null, failure);
            }
        }).open();
    }

    private static void exchange(NamedServer<byte[]> server, SubSender<byte[]> sender) throws InterruptedException {
        assertThat(sender.send(new byte[7], LONG)).isTrue();
        assertThat(server.receiver().receive(LONG)).hasValueSatisfying(bytes -> assertThat(bytes).hasSize(7));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void aChannelThatCannotWatchIsNotOpened(int nth, Path directory) {
        try (SystemCalls _ = SystemCalls.failing("epoll_ctl", nth, Errno.ENOMEM)) {
            assertThatThrownBy(() -> open(directory)).isInstanceOfSatisfying(OsException.class, failure -> {
                assertThat(failure.call()).isEqualTo("epoll_ctl");
                assertThat(failure.errno()).isEqualTo(Errno.ENOMEM);
            });
        }
        open(directory).close();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 4 })
    void whatACallerDoesNotSendItselfIsSentLater(int nth, Path directory) throws Exception {
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<byte[]> server = near.serve("later", byte[].class)) {
            SubSender<byte[]> sender;
            try (SystemCalls _ = SystemCalls.failing("sendmsg", nth, Errno.ENOMEM)) {
                sender = far.connect("later", byte[].class, LONG);
            }
            try (sender) {
                exchange(server, sender);
            }
        }
    }

    @Test
    void aSocketThatTheSystemDeclaresDeadEndsTheWaitForAnAnswer(Path directory) throws Exception {
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<byte[]> server = near.serve("dead", byte[].class)) {
            try (SystemCalls _ = SystemCalls.failing("sendmsg", 1, Errno.EPIPE)) {
                assertThatThrownBy(() -> far.connect("dead", byte[].class)).isInstanceOf(DisconnectedException.class);
            }
            try (SubSender<byte[]> sender = far.connect("dead", byte[].class, LONG)) {
                exchange(server, sender);
            }
        }
    }

    @Test
    void aConnectionInUseThatEndsIsNoAnswerOfAServer(Path directory) throws Exception {
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<byte[]> first = near.serve("first", byte[].class);
                NamedServer<byte[]> second = near.serve("second", byte[].class);
                SubSender<byte[]> before = far.connect("first", byte[].class, LONG)) {
            exchange(first, before);
            int grant = 2;
            SubSender<byte[]> sender;
            try (SystemCalls _ = SystemCalls.failing("sendmsg", grant, Errno.EPERM)) {
                sender = far.connect("second", byte[].class, LONG);
            }
            try (sender) {
                exchange(second, sender);
            }
            assertThat(told.get()).isInstanceOf(PermissionException.class);
        }
    }

    @Test
    void aWaitThatFailsIsTriedAgain(Path directory) throws Exception {
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<byte[]> server = near.serve("waiting", byte[].class);
                SubSender<byte[]> sender = far.connect("waiting", byte[].class, LONG)) {
            try (SystemCalls calls = SystemCalls.failing("epoll_wait", 1, Errno.ENOMEM)) {
                // A message can be read by the thread that waits for it, without a wait of the channel's own thread.
                do {
                    exchange(server, sender);
                } while (calls.count("epoll_wait") == 0);
            }
            exchange(server, sender);
        }
    }

    @Test
    void aWakeUpThatFailsIsTriedAgain(Path directory) {
        Channel channel = open(directory);
        try (SystemCalls calls = SystemCalls.failing("write", 1, Errno.ENOMEM)) {
            channel.close();
            assertThat(calls.count("write")).isGreaterThan(1);
        }
        assertThat(channel.isClosed()).isTrue();
    }

    @Test
    void aConnectionWhosePeerCannotBeAskedForIsClosedOnce(Path directory) throws Exception {
        Channel near = open(directory);
        try (Channel far = open(directory); NamedServer<byte[]> server = near.serve("asked", byte[].class)) {
            try (SystemCalls _ = SystemCalls.failing("getsockopt", 2, Errno.ENOMEM)) {
                assertThatThrownBy(() -> far.connect("asked", byte[].class, LONG)).isInstanceOf(IpcException.class);
            }
            try (SubSender<byte[]> sender = far.connect("asked", byte[].class, LONG)) {
                exchange(server, sender);
            }
        }
        near.close();
    }

    @Test
    void aMessageThatCannotBeTakenOnceIsTakenLater(Path directory) throws Exception {
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<byte[]> server = near.serve("once", byte[].class);
                SubSender<byte[]> sender = far.connect("once", byte[].class, LONG)) {
            try (SystemCalls calls = SystemCalls.failing("recvmsg", 1, Errno.ENOMEM)) {
                exchange(server, sender);
                assertThat(calls.count("recvmsg")).isGreaterThan(1);
            }
            assertThat(told.get()).isNull();
        }
    }

    @Test
    void bothSidesAreToldThatAMessageIsLost(Path directory) throws Exception {
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<byte[]> server = near.serve("lost", byte[].class);
                SubSender<byte[]> sender = far.connect("lost", byte[].class, LONG)) {
            exchange(server, sender);
            try (SystemCalls _ = SystemCalls.accompanied(
                    (function, nth) -> function.equals("recvmsg") && nth <= 20 ? Errno.ENOMEM : 0, _ -> true)) {
                assertThat(sender.send(new byte[7], LONG)).isTrue();
                Deadline.awaitTrue("the receiving side is told", () -> told.get() != null);
                Deadline.awaitTrue("the sender is told", () -> isTold(sender));
            }
            assertThat(told.get()).hasMessageContaining("recvmsg").hasMessageContaining("ENOMEM");
        }
    }

    private static boolean isTold(SubSender<byte[]> sender) {
        try {
            sender.trySend(new byte[1]);
            return false;
        } catch (DisconnectedException _) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "readlinkat", "unlinkat" })
    void aServerWhoseNameCannotBeRemovedIsClosedAllTheSame(String call, Path directory) throws Exception {
        try (Channel near = open(directory); Channel far = open(directory)) {
            NamedServer<byte[]> server = near.serve("closed", byte[].class);
            try (SubSender<byte[]> sender = far.connect("closed", byte[].class, LONG)) {
                exchange(server, sender);
                try (SystemCalls _ = SystemCalls.failing(call, 1, Errno.EACCES)) {
                    assertThatThrownBy(server::close).isInstanceOf(IpcException.class);
                }
                assertThat(server.receiver().isClosed()).isTrue();
                Ends.assertDisconnected(sender, new byte[1]);
                assertThatThrownBy(() -> far.connect("closed", byte[].class, LONG))
                        .isInstanceOf(DisconnectedException.class);
            }
        }
    }

    @Test
    void aMemberThatCannotTellItsSendersKeepsNoOtherOpen(Path directory) throws Exception {
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<byte[]> one = near.serve("one", byte[].class);
                NamedServer<byte[]> two = near.serve("two", byte[].class);
                SubSender<byte[]> _ = far.connect("one", byte[].class, LONG);
                SubSender<byte[]> _ = far.connect("two", byte[].class, LONG)) {
            ReceiverSet set = new ReceiverSet();
            set.add(one.receiver());
            set.add(two.receiver());
            try (SystemCalls _ = SystemCalls.accompanied((call, _) -> switch (call) {
                case "sendmsg" -> Errno.EAGAIN;
                case "epoll_ctl" -> Errno.ENOMEM;
                default -> 0;
            }, Thread.currentThread()::equals)) {
                assertThatThrownBy(set::close).isInstanceOf(OsException.class);
            }
            assertThat(one.receiver().isClosed()).isTrue();
            assertThat(two.receiver().isClosed()).isTrue();
        }
    }

    @Test
    void requestWhoseMemoryCannotBeOpenedIsReadableLater(Path directory) throws Exception {
        MessageType<byte[]> bytes = MessageType.of(byte[].class);
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<SharedMemory> server = near.serve("later", SharedMemory.class);
                SubSender<SharedMemory> sender = far.connect("later", SharedMemory.class, LONG);
                SharedMemory memory = SharedMemory.fromByte((byte) 7, 5000)) {
            try (PendingReply<byte[]> pending = sender.request(memory, bytes, SendOptions.DEFAULT);
                    Received<SharedMemory> received = server.receiver().take();
                    SystemCalls _ = SystemCalls.failing("statx", 1, Errno.ENOMEM)) {
                assertThatThrownBy(received::keep).isInstanceOf(IpcException.class).hasStackTraceContaining("ENOMEM");
                assertThatExceptionOfType(RequestException.class).isThrownBy(() -> pending.await(LONG))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(RequestException.Reason.FAILED));
            }
            sender.send(memory);
            try (SharedMemory later = server.receiver().receive()) {
                assertThat(later.toByteArray()).hasSize(5000).containsOnly(7);
            }
        }
    }

    /** Remembers the memory of the one that was made last, which a program that gets an exception could not close. */
    record Kept(SharedMemory memory) {

        static final AtomicReference<@Nullable SharedMemory> LAST = new AtomicReference<>();

        Kept {
            LAST.set(memory);
        }
    }

    @Test
    void whatWasDecodedIsClosedIfTheSenderCannotBeTold(Path directory) throws Exception {
        try (Channel near = open(directory);
                Channel far = open(directory);
                NamedServer<Kept> server = near.serve("kept", Kept.class);
                SubSender<Kept> sender = far.connect("kept", Kept.class, LONG);
                SharedMemory memory = SharedMemory.fromByte((byte) 7, 5000);
                PendingReply<byte[]> pending = sender.request(new Kept(memory), MessageType.of(byte[].class),
                        SendOptions.DEFAULT)) {
            Received<Kept> received = server.receiver().take();
            try (SystemCalls _ = SystemCalls.accompanied((call, _) -> {
                if (call.equals("sendmsg")) {
                    throw new OutOfMemoryError("a test");
                }
                return 0;
            }, Thread.currentThread()::equals)) {
                assertThatThrownBy(received::keep).isInstanceOf(OutOfMemoryError.class);
            }
            SharedMemory lost = Objects.requireNonNull(Kept.LAST.get());
            assertThat(lost).isNotSameAs(memory);
            assertThat(lost.isClosed()).isTrue();
            assertThatExceptionOfType(IpcException.class).isThrownBy(() -> pending.await(LONG));
        }
    }
}
