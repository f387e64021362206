package io.resourcelink.internal.wire;

import java.util.concurrent.atomic.AtomicInteger;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** A message arrives while its receiver is closed. */
@JCStressTest
@State
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "It was taken in, and discarded by the close.")
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "It was refused, and is its bringer's to discard.")
@Outcome(expect = Expect.FORBIDDEN, desc = "It was lost, or discarded twice.")
public class InboxPutAndClose {

    private final AtomicInteger discarded = new AtomicInteger();
    private final Inbox inbox = new Inbox(1, new Allowance(16, 1 << 20, 16));
    private final LocalSource source = new LocalSource(inbox, new Window("a test"));
    private final ReceivedMessage message = new ReceivedMessage(source, source.next(),
            new NoContent(discarded::incrementAndGet), 0, 0, 0, 0, false);

    @Actor
    public void put(ZI_Result result) {
        result.r1 = inbox.put(message);
    }

    @Actor
    public void close() {
        inbox.close(source, false);
    }

    @Arbiter
    public void look(ZI_Result result) {
        result.r2 = discarded.get();
    }
}
