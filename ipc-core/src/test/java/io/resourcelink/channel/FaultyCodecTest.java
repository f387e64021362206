package io.resourcelink.channel;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.Router.Handler;
import io.resourcelink.channel.Router.Route;
import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A codec that does not keep its contract costs the messages that it fails at, and no other. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class FaultyCodecTest {

    /** What the codec does instead of decoding a message. */
    enum Fault {
        NOTHING, RETURNS_NULL, THROWS_WHAT_CANNOT_BE_DESCRIBED
    }

    /** A failure of which nothing can be told but its class. */
    private static final class Indescribable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    private static final class FaultyCodec implements Codec {

        @Override
        public byte[] encode(Object message, MessageType<?> type, Outgoing attachments) {
            return ((Fault) message).name().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        @SuppressWarnings({ "unchecked", "NullAway" }) // The fault.
        public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
            return switch (Fault.valueOf(new String(body, StandardCharsets.UTF_8))) {
                case NOTHING -> (T) Fault.NOTHING;
                case RETURNS_NULL -> (T) null;
                case THROWS_WHAT_CANNOT_BE_DESCRIBED -> throw new Indescribable();
            };
        }
    }

    private static Channel open(Path directory) {
        return Channel.builder().directory(directory.resolve("channels")).codec(new FaultyCodec()).open();
    }

    @ParameterizedTest
    @EnumSource(names = "NOTHING", mode = EnumSource.Mode.EXCLUDE)
    void aReceiverIsToldAndReceivesTheNext(Fault fault, Path directory) throws Exception {
        try (Channel channel = open(directory); Subchannel<Fault> faults = channel.subchannel(Fault.class)) {
            faults.sender().send(fault);
            faults.sender().send(Fault.NOTHING);
            assertThatThrownBy(() -> faults.receiver().receive()).isInstanceOf(MessageException.class);
            assertThat(faults.receiver().receive()).isEqualTo(Fault.NOTHING);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NOTHING", mode = EnumSource.Mode.EXCLUDE)
    void aRouteIsToldAndGoesOn(Fault fault, Path directory) throws Exception {
        BlockingQueue<Object> told = new LinkedBlockingQueue<>();
        try (Channel channel = open(directory);
                Subchannel<Fault> faults = channel.subchannel(Fault.class);
                Router router = Router.start()) {
            Route route = router.route(faults.receiver(), new Handler<Fault>() {
                @Override
                public void message(Fault message) {
                    told.add(message);
                }

                @Override
                public void failed(Throwable failure) {
                    told.add(failure);
                }
            });
            faults.sender().send(fault);
            faults.sender().send(Fault.NOTHING);
            assertThat(next(told)).isInstanceOf(MessageException.class);
            assertThat(next(told)).isEqualTo(Fault.NOTHING);
            assertThat(route.ended()).isNotDone();
        }
    }

    private static @Nullable Object next(BlockingQueue<Object> told) throws InterruptedException {
        return told.poll(10, TimeUnit.SECONDS);
    }
}
