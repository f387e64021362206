package io.resourcelink.internal.wire;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.internal.os.Pipe;
import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** When an inbox is at its end: the counting behind every disconnection. */
@ExtendWith(NothingLeft.class)
@Timeout(60)
class SourceCountTest {

    private static final Allowance CREDITS = new Allowance(1024, 16L << 20, 256);

    private final Inbox inbox = new Inbox(1, CREDITS);
    private final Failures failures = new Failures("A test");
    private final Watchlist watchlist = new Watchlist(failures);
    private final Poller poller = new Poller(watchlist, "ipc-channel-test", 0, failures, () -> false);
    private final Tickets tickets = new Tickets(watchlist);

    @BeforeEach
    void start() {
        poller.start();
    }

    @AfterEach
    void stop() {
        poller.stop();
        tickets.close();
        watchlist.free();
    }

    private void assertOpen() {
        assertThat(inbox.poll()).isNull();
    }

    private void assertEnds() {
        Deadline.awaitTrue("the inbox ends", inbox::isReady);
        assertThatExceptionOfType(DisconnectedException.class).isThrownBy(inbox::poll);
    }

    /** A sender that is given away: one more source, which the ticket takes over. */
    private Tickets.Issued issue() {
        assertThat(inbox.addSource()).isTrue();
        return tickets.issue(inbox);
    }

    @Test
    @DisplayName("38, 61: a ticket that nobody knows ends nothing, nor does one that comes twice")
    void unknownTicketsEndNothing() {
        inbox.addSource();
        tickets.redeem(4711);
        assertOpen();
        Tickets.Issued issued = issue();
        tickets.redeem(issued.ticket());
        tickets.redeem(issued.ticket());
        issued.writing().close();
        assertOpen();
        inbox.removeSource();
        assertEnds();
    }

    @Test
    @DisplayName("38: a ticket may come after it was redeemed, and is done with when who redeemed it lets go")
    void aTicketMayComeLate() {
        inbox.addSource();
        tickets.redeem(7);
        Pipe pipe = Pipe.open();
        inbox.addSource();
        tickets.arrived(7, inbox, pipe.reading(), this);
        inbox.removeSource();
        assertOpen();
        pipe.writing().close();
        assertEnds();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    @DisplayName("61: it ends when neither senders nor tickets are left, whichever goes first")
    void itEndsWhenNothingIsLeft(boolean senderFirst) {
        inbox.addSource();
        Tickets.Issued issued = issue();
        if (senderFirst) {
            inbox.removeSource();
            assertOpen();
            issued.writing().close();
        } else {
            issued.writing().close();
            assertOpen();
            inbox.removeSource();
        }
        assertEnds();
    }

    @Test
    @DisplayName("62: two senders in flight are two, lost or redeemed one by one")
    void twoInFlightAreTwo() {
        Tickets.Issued one = issue();
        Tickets.Issued two = issue();
        one.writing().close();
        assertOpen();
        assertThat(inbox.addSource()).isTrue();
        tickets.redeem(two.ticket());
        two.writing().close();
        assertOpen();
        inbox.removeSource();
        assertEnds();
    }

    @Test
    @DisplayName("62: tickets without pipes are lost with what they came on, all of them and no others")
    void ticketsWithoutPipesAreLostWithTheirCarrier() {
        Inbox other = new Inbox(2, CREDITS);
        Object carrier = new Object();
        inbox.addSource();
        inbox.addSource();
        other.addSource();
        tickets.arrived(1, inbox, null, carrier);
        tickets.arrived(2, inbox, null, carrier);
        tickets.arrived(3, other, null, new Object());
        assertOpen();
        tickets.carrierEnded(carrier);
        assertEnds();
        assertThat(other.poll()).isNull();
    }

    @Test
    @DisplayName("a sender of this channel that comes during a stop is no source, and takes none away")
    void aSenderThatComesDuringAStopIsNoSource() {
        LocalTarget target = new LocalTarget(inbox, "00000000000000aa", tickets);
        inbox.addSource();
        inbox.stop();
        assertThat(target.join()).isFalse();
        assertThat(inbox.isDrained()).as("nothing was sent").isTrue();
        inbox.removeSource();
        assertEnds();
    }
}
