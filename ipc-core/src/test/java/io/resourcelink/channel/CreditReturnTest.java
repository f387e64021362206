package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.NothingLeft;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.MessageException;
import io.resourcelink.memory.SharedMemory;

import static io.resourcelink.channel.Ends.assertDisconnected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Credit that is taken for a message comes back, whatever became of what the message carries. */
@Tag("slow")
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class CreditReturnTest {

    private final Placement placement;
    private Crossing crossing;

    CreditReturnTest(Placement placement) {
        this.placement = placement;
    }

    private static final Credits FEW = new Credits(4, 1000, 2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    @DisplayName("36: senders without receiver, which travel without a descriptor, use no credit up")
    void sendersWithoutReceiverUseNothingUp() throws Exception {
        try (Subchannel<SubSender<Integer>> senders = crossing.open(new MessageType<>() {
        }, FEW);
                Subchannel<Integer> numbers = crossing.open(Integer.class)) {
            numbers.receiver().close();
            assertDisconnected(numbers.sender(), 1);
            for (int i = 0; i < 10; i++) {
                assertThat(senders.sender().send(numbers.sender(), PATIENCE)).isTrue();
                senders.receiver().receive().close();
            }
        }
    }

    @Test
    @DisplayName("50: what closed receivers leave unreceived uses no other's credit up")
    void creditIsEachSubchannelsOwn() throws Exception {
        for (int i = 0; i < 10; i++) {
            try (Subchannel<Integer> numbers = crossing.open(MessageType.of(Integer.class), FEW)) {
                assertThat(numbers.sender().send(i, PATIENCE)).isTrue();
            }
        }
    }

    @Test
    @DisplayName("83: messages that cannot be decoded, and what they carry, give their credit back")
    void messagesThatAreNoGoodGiveTheirCreditBack() throws Exception {
        try (Subchannel<Integer> numbers = crossing.open(MessageType.of(Integer.class), FEW);
                SharedMemory memory = SharedMemory.fromByte((byte) 1, 10)) {
            for (int i = 0; i < 10; i++) {
                assertThat(numbers.sender().typed(new MessageType<List<SharedMemory>>() {
                }).send(List.of(memory), PATIENCE))
                        .isTrue();
                assertThatExceptionOfType(MessageException.class).isThrownBy(() -> numbers.receiver().receive());
            }
        }
    }
}
