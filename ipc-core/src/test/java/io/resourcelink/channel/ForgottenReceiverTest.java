package io.resourcelink.channel;

import java.lang.ref.WeakReference;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Deadline;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of a receiver in a set that the program has forgotten. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class ForgottenReceiverTest {

    @Test
    @SuppressWarnings("resource") // The set is forgotten.
    void itIsClosed(Path directory) {
        try (Channel channel = Channel.builder().directory(directory.resolve("channels")).open()) {
            new ReceiverSet().add(channel.bytes().receiver());
            assertThat(channel.statistics().subchannels()).isEqualTo(1);
            Deadline.awaitTrue("the receiver is closed", () -> {
                System.gc();
                return channel.statistics().subchannels() == 0;
            });
        }
    }

    @Test
    void itDoesNotOutliveItsChannel(Path directory) {
        WeakReference<Object> receiver = forgotten(directory.resolve("channels"));
        Deadline.awaitTrue("the receiver is collected", () -> {
            System.gc();
            return receiver.refersTo(null);
        });
    }

    @SuppressWarnings("resource") // The set is forgotten.
    private static WeakReference<Object> forgotten(Path directory) {
        try (Channel channel = Channel.builder().directory(directory).open()) {
            SubReceiver<byte[]> receiver = channel.bytes().receiver();
            new ReceiverSet().add(receiver);
            return new WeakReference<>(receiver);
        }
    }
}
