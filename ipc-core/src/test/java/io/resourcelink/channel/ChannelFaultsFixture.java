package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.memory.SharedMemory;

/** Notes, and carriers of senders and memory, that one channel sends to another. */
@ExtendWith(SharedMemoryDirectory.class)
abstract class ChannelFaultsFixture {

    static final Duration LONG = Duration.ofSeconds(30);

    record Note(int number, String text) {}

    record Carrier(List<SubSender<Note>> senders, List<SharedMemory> memory, String text) {

        static Carrier of(SubSender<Note> sender) {
            return new Carrier(List.of(sender), List.of(), "");
        }
    }

    /** A receiver of one channel, and a sender to it of another. */
    record Link<T>(SubSender<T> sender, SubReceiver<T> receiver) implements AutoCloseable {

        static <T> Link<T> open(Channel from, Channel to, Class<T> type, T first) throws InterruptedException {
            OneShotServer<T> server = to.oneShotServer(type);
            SubSender<T> sender = from.connect(server.name(), type);
            sender.send(first);
            return new Link<>(sender, server.accept().receiver());
        }

        static Link<Note> open(Channel from, Channel to) throws InterruptedException {
            return open(from, to, Note.class, new Note(-1, "first contact"));
        }

        static Link<Carrier> carrying(Channel from, Channel to) throws InterruptedException {
            return open(from, to, Carrier.class, new Carrier(List.of(), List.of(), "first contact"));
        }

        @Override
        public void close() {
            sender.close();
            receiver.close();
        }
    }

    static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    static Channel open(Path directory, Credits credits) {
        return Channel.builder().directory(directory).credits(credits).open();
    }

    static boolean isDisconnected(SubSender<Note> sender) {
        try {
            sender.trySend(new Note(0, "is anybody there?"));
            return false;
        } catch (DisconnectedException _) {
            return true;
        }
    }
}
