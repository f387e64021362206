package io.resourcelink.internal.wire;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.NothingLeft;

import static org.assertj.core.api.Assertions.assertThat;

/** What a channel says to those that it sends to. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class OutboundTest {

    private static final Allowance CREDITS = new Allowance(16, 1 << 20, 16);

    private OutboundScene scene;

    @BeforeEach
    void open() {
        scene = new OutboundScene(0, false);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private List<Frame> said() throws Frame.Malformed {
        return scene.packets().stream().flatMap(List::stream).toList();
    }

    @Test
    void senderThatIsGrantedWhileItsProgramGivesUpIsReleased() throws Exception {
        RemoteTarget first = scene.outbound.redeem(0, 5, "server", null);
        RemoteTarget second = scene.outbound.redeem(0, 5, "server", null);
        scene.outbound.received(new Frame.Granted(7, 5, CREDITS), List.of(), false);
        scene.outbound.received(new Frame.Granted(7, 5, CREDITS), List.of(), false);
        assertThat(second.granted()).isSameAs(first);
        second.leave();
        assertThat(said()).doesNotHaveAnyElementsOfTypes(Frame.Release.class);
        first.leave();
        assertThat(said()).last().isEqualTo(new Frame.Release(7, 2));
    }
}
