package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.wire.RawPeer;
import io.resourcelink.internal.wire.ServerName;

import static org.assertj.core.api.Assertions.assertThat;

/** A listener that receives, on the thread that receives for all. */
@ExtendWith(SharedMemoryDirectory.class)
class ReceivingListenerTest {

    private interface Receiving {

        Object from(SubReceiver<String> receiver) throws InterruptedException;
    }

    /** Has a listener called, and returns what came of its receiving. Then the channel still receives. */
    private static Object heard(Path root, Receiving receiving) throws Exception {
        Path sockets = root.resolve("channels");
        CompletableFuture<SubReceiver<String>> receiver = new CompletableFuture<>();
        CompletableFuture<Object> heard = new CompletableFuture<>();
        ChannelListener listener = new ChannelListener() {
            @Override
            public void failed(IpcException failure) {
                try {
                    heard.complete(receiving.from(receiver.join()));
                } catch (IllegalStateException e) {
                    heard.complete(e);
                } catch (InterruptedException e) {
                    heard.completeExceptionally(e);
                }
            }
        };
        try (Channel channel = Channel.builder().directory(sockets).listener(listener).open();
                Subchannel<String> words = channel.subchannel(String.class);
                OneShotServer<String> server = channel.oneShotServer(String.class);
                Directory directory = Directory.open(sockets, 0700);
                RawPeer peer = RawPeer.greeted(directory, ServerName.parse(server.name()).address())) {
            receiver.complete(words.receiver());
            peer.send(new byte[]{ 1, 2, 3 });
            Object result = heard.get(20, TimeUnit.SECONDS);
            try (Channel other = Channel.builder().directory(sockets).open();
                    SubSender<String> sender = other.connect(server.name(), String.class)) {
                sender.send("still here");
                assertThat(server.accept().first()).isEqualTo("still here");
            }
            return result;
        }
    }

    @Test
    void findsNothingWithoutWaiting(Path root) throws Exception {
        assertThat(heard(root, SubReceiver::tryReceive).toString()).isEqualTo("Optional.empty");
    }

    @Test
    void mayNotWait(Path root) throws Exception {
        assertThat(heard(root, SubReceiver::receive)).isInstanceOf(IllegalStateException.class).asString()
                .contains("must not wait");
        assertThat(heard(root, receiver -> receiver.receive(Duration.ofDays(1))))
                .isInstanceOf(IllegalStateException.class);
    }
}
