package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.UnresponsiveException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.PacketSocket;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Connecting to a process that is there, and does nothing: a socket that nobody serves. */
@ExtendWith({ SharedMemoryDirectory.class, NothingLeft.class })
@Timeout(60)
class UnresponsiveServerTest {

    private static final String ADDRESS = "0123456789abcdef";
    private static final String SERVER = ADDRESS + "-0000000000000001";

    private Channel channel;
    private Directory sockets;

    @BeforeEach
    void open(Path directory) {
        channel = Channel.builder().directory(directory).open();
        sockets = Directory.open(directory, 0700);
    }

    @AfterEach
    void close() {
        channel.close();
        try (CallFrame frame = new CallFrame()) {
            assertThat(sockets.unlink(frame, ADDRESS)).isTrue();
        }
        sockets.close();
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 20 })
    void itsAnswerIsNotWaitedForLongerThanTheTimeout(long millis) {
        try (PacketSocket _ = Descriptors.listening(sockets, ADDRESS, 16)) {
            assertThatExceptionOfType(UnresponsiveException.class)
                    .isThrownBy(() -> channel.connect(SERVER, String.class, Duration.ofMillis(millis)))
                    .withMessageContaining(SERVER);
        }
    }

    @Test
    @Tag("slow")
    void itsAnswerIsNotWaitedForWithoutALimit() {
        try (PacketSocket _ = Descriptors.listening(sockets, ADDRESS, 16)) {
            assertThatExceptionOfType(UnresponsiveException.class)
                    .isThrownBy(() -> channel.connect(SERVER, String.class)).withMessageContaining(SERVER);
        }
    }

    @Test
    void roomIsNotWaitedForLongerThanTheTimeout() {
        try (PacketSocket _ = Descriptors.listening(sockets, ADDRESS, 0);
                PacketSocket _ = PacketSocket.connect(sockets, ADDRESS)) {
            assertThatExceptionOfType(UnresponsiveException.class)
                    .isThrownBy(() -> channel.connect(SERVER, String.class, Duration.ofMillis(20)))
                    .withMessageContaining(ADDRESS);
        }
    }

    @Test
    void whoFindsNoRoomConnectsWhenThereIsSome() throws Exception {
        try (Crew crew = new Crew();
                PacketSocket listening = Descriptors.listening(sockets, ADDRESS, 0);
                PacketSocket first = PacketSocket.connect(sockets, ADDRESS)) {
            assertThat(first).isNotNull();
            Future<SubSender<String>> connecting = crew.call(() -> channel.connect(SERVER, String.class));
            crew.awaitWaiting();
            assertThat(connecting).isNotDone();

            Objects.requireNonNull(listening.accept()).close();

            AtomicReference<@Nullable PacketSocket> accepted = new AtomicReference<>();
            Deadline.awaitTrue("the next one connects", () -> {
                accepted.set(listening.accept());
                return accepted.get() != null;
            });
            Objects.requireNonNull(accepted.get()).close();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(connecting::get)
                    .withCauseInstanceOf(DisconnectedException.class);
        }
    }

    /** The server hangs up while it is greeted, and the greeting fails: two threads find the end at the same moment. */
    @Test
    void whoCannotGreetDoesNotCloseTheSocketThatTheLeaderIsClosing() {
        Thread greeting = Thread.currentThread();
        AtomicBoolean failed = new AtomicBoolean();
        AtomicBoolean closed = new AtomicBoolean();
        AtomicBoolean told = new AtomicBoolean();
        try (PacketSocket listening = Descriptors.listening(sockets, ADDRESS, 16);
                SystemCalls _ = SystemCalls.accompanied((function, _) -> {
                    boolean byGreeting = Thread.currentThread().equals(greeting);
                    if (byGreeting && function.equals("sendmsg")) {
                        Objects.requireNonNull(listening.accept()).close();
                        Deadline.awaitTrue("the leader ends the connection",
                                UnresponsiveServerTest::isConnectionBeingEnded);
                        failed.set(true);
                        return Errno.EACCES;
                    }
                    if (failed.get() && !byGreeting) {
                        Deadline.awaitTrue("the caller is told", told::get);
                    }
                    closed.compareAndSet(false, failed.get() && byGreeting && function.equals("close"));
                    return 0;
                }, _ -> true)) {
            assertThatExceptionOfType(PermissionException.class)
                    .isThrownBy(() -> channel.connect(SERVER, String.class));
            told.set(true);
        }
        assertThat(failed).isTrue();
        assertThat(closed).isFalse();
    }

    private static boolean isConnectionBeingEnded() {
        return Thread.getAllStackTraces().values().stream().flatMap(Stream::of)
                .anyMatch(step -> step.getClassName().endsWith(".SocketWriter") && step.getMethodName().equals("end"));
    }
}
