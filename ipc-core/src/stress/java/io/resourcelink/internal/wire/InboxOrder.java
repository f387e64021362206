package io.resourcelink.internal.wire;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** Two messages arrive while they are received. What was not received in time is there afterwards. */
@JCStressTest
@State
@Outcome(id = { "1, 2, 0, 0", "0, 1, 2, 0", "1, 0, 2, 0",
    "0, 0, 1, 2" }, expect = Expect.ACCEPTABLE, desc = "In order, each once.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Out of order, lost or twice.")
public class InboxOrder {

    private final Inbox inbox = new Inbox(1, new Allowance(16, 1 << 20, 16));
    private final LocalSource source = new LocalSource(inbox, new Window("a test"));

    /** Counts the senders, so that more may come. */
    public InboxOrder() {
        inbox.addSource();
    }

    private void put() {
        inbox.put(new ReceivedMessage(source, source.next(), new NoContent(() -> {}), 0, 0, 0, 0, false));
    }

    private int poll() {
        @Nullable
        ReceivedMessage message = inbox.poll();
        return message == null ? 0 : (int) message.number();
    }

    @Actor
    public void arrive() {
        put();
        put();
    }

    @Actor
    public void receive(IIII_Result result) {
        result.r1 = poll();
        result.r2 = poll();
    }

    @Arbiter
    public void rest(IIII_Result result) {
        result.r3 = poll();
        result.r4 = poll();
    }
}
