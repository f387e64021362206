package io.resourcelink.boot.messaging.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.messaging.handler.annotation.Payload;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerFailedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Spring Messaging takes a payload without content for none. A listener says that it wants such messages all the same. */
@Tag("slow")
@Timeout(60)
class EmptyPayloadTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    static class Receiving {

        @IpcListener("texts")
        String text(String text) {
            return "text of " + text.length();
        }

        @IpcListener("bytes")
        String bytes(byte[] bytes) {
            return "bytes: " + bytes.length;
        }

        @IpcListener("optional.texts")
        String optionalText(@Payload(required = false) @Nullable String text) {
            return text == null ? "none" : "text of " + text.length();
        }

        @IpcListener("optional.bytes")
        String optionalBytes(@Payload(required = false) byte @Nullable [] bytes) {
            return bytes == null ? "none" : "bytes: " + bytes.length;
        }
    }

    private void assertRefused(String destination, Object payload) {
        directories.messaging().withBean(Receiving.class)
                .run(context -> assertThatExceptionOfType(ListenerFailedException.class)
                        .isThrownBy(() -> context.getBean(IpcTemplate.class).convertSendAndReceive(destination, payload,
                                String.class))
                        .withMessageContainingAll('"' + destination + '"', "Payload value must not be empty"));
    }

    private void assertReply(String destination, Object payload, String reply) {
        directories.messaging().withBean(Receiving.class)
                .run(context -> assertThat(context.getBean(IpcTemplate.class).convertSendAndReceive(destination,
                        payload, String.class)).isEqualTo(reply));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "\t\n" })
    void blankTextIsNoPayload(String text) {
        assertRefused("texts", text);
        assertReply("optional.texts", text, "none");
    }

    @Test
    void emptyBytesAreNoPayload() {
        assertRefused("bytes", new byte[0]);
        assertReply("optional.bytes", new byte[0], "none");
        assertReply("bytes", new byte[1], "bytes: 1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "texts", "optional.texts" })
    void otherTextsAreGivenAsTheyWereSent(String destination) {
        assertReply(destination, " a ", "text of 3");
    }
}
