package io.resourcelink.channel;

import java.nio.file.Path;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.wire.Inboxes;
import io.resourcelink.internal.wire.NoContent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A set of receivers goes on after a member's message has failed. */
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
class FailingMemberTest {

    private static void fail() {
        throw new OutOfMemoryError("test");
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void messagesBehindOneThatFailsAreSelected(boolean old, Path directory) throws Exception {
        try (Channel channel = Channel.builder().directory(directory.resolve("channels")).open();
                Subchannel<byte[]> bytes = channel.bytes();
                ReceiverSet set = new ReceiverSet()) {
            long member = set.add(bytes.receiver());
            assertThat(set.trySelect()).isEmpty();
            set.discardFrom(member);
            Inboxes.put(bytes.receiver().inbox(), new NoContent(FailingMemberTest::fail), old);
            bytes.sender().send(new byte[1]);
            assertThatThrownBy(set::trySelect).isInstanceOf(OutOfMemoryError.class);
            assertThat(set.trySelect()).isEmpty();
            assertThat(bytes.receiver().size()).isZero();
        }
    }
}
