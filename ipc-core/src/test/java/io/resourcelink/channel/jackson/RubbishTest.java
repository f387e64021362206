package io.resourcelink.channel.jackson;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.SubSender;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/** Bytes come from another process and may be anything. Whatever they are, the receiver gets a message or an exception. */
class RubbishTest {

    private static final int ROUNDS = 5_000;
    private static final MessageType<Everything> TYPE = MessageType.of(Everything.class);

    @SuppressWarnings("ArrayRecordComponent") // users write such records too
    record Everything(int number, long large, double real, BigInteger huge, BigDecimal exact, String text, byte[] bytes,
            Instant instant, List<Map<String, Integer>> nested, Optional<Thread.State> state, JsonNode tree, Object any,
            SharedMemory memory, List<SubSender<String>> senders) {}

    private final JacksonCodec codec = new JacksonCodec();
    private final FakeAttachments fake = new FakeAttachments();
    private final Random random = new Random(25);

    private byte[] valid() {
        return codec.encode(new Everything(1, 1L << 40, 0.1, BigInteger.TWO.pow(100), new BigDecimal("1.20"), "text",
                new byte[300], Instant.EPOCH, List.of(Map.of("a", 1), Map.of()), Optional.of(Thread.State.NEW),
                JsonNodeFactory.instance.objectNode().put("key", "value"), List.of("x", 1, Map.of("y", 2.5)),
                Specimen.memory(), List.of(Specimen.sender())), TYPE, fake);
    }

    @Test
    void mutationsOfAMessageAreMessagesOrExceptions() {
        byte[] valid = valid();
        int understood = 0;
        for (int round = 0; round < ROUNDS; round++) {
            understood += survives(mutation(valid)) ? 1 : 0;
        }
        assertThat(understood).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
    }

    @Test
    void everyPrefixOfAMessageIsAnException() {
        byte[] valid = valid();
        for (int length = 0; length < valid.length; length++) {
            assertThat(survives(Arrays.copyOf(valid, length))).as("%s bytes", length).isFalse();
        }
    }

    @Test
    void randomBytesAreMessagesOrExceptions() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            survives(body);
            if (body.length > 0) {
                body[0] = (byte) 0xBF;
                survives(body);
            }
        }
    }

    private byte[] mutation(byte[] valid) {
        byte[] body = valid.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(4)) {
                case 0 -> body[at] = (byte) random.nextInt();
                case 1 -> body[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> System.arraycopy(valid, random.nextInt(at + 1), body, at, random.nextInt(body.length - at));
                default -> body = Arrays.copyOf(body, Math.max(1, body.length - random.nextInt(3)));
            }
        }
        return body;
    }

    private boolean survives(byte[] body) {
        try {
            codec.decode(body, TYPE, fake);
            return true;
        } catch (RuntimeException expected) {
            return false;
        } catch (Error error) {
            return fail("Decoding " + Arrays.toString(body), error);
        }
    }
}
