package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Closing a sender ends its calls, also those that wait for a process that reads nothing. */
class ClosedSenderTest extends HostileReceiverScene {

    private static final byte[] MESSAGE = new byte[8192];

    record Addressed(SubSender<byte[]> sender) {}

    @BeforeEach
    void fill() {
        int sent = 0;
        while (sender.trySend(MESSAGE)) {
            sent++;
        }
        assertThat(sent).as("the socket is full before the credit is used up").isLessThan(100);
    }

    private static void assertEndsWith(SubSender<?> closed, Crew crew, Crew.Task sending) {
        Future<Void> waiting = crew.run(sending);
        crew.awaitWaiting();
        closed.close();
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aMessageIsNotSent() {
        try (Crew crew = new Crew()) {
            assertEndsWith(sender, crew, () -> sender.send(MESSAGE));
        }
    }

    @Test
    void aMessageThatCarriesAnotherSenderIsNotSent(Path root) throws Exception {
        try (Channel far = Channel.builder().directory(root.resolve("c")).open();
                OneShotServer<Addressed> server = far.oneShotServer(Addressed.class);
                SubSender<Addressed> carrier = channel.connect(server.name(), Addressed.class);
                Crew crew = new Crew()) {
            assertEndsWith(carrier, crew, () -> carrier.send(new Addressed(sender)));
        }
    }
}
