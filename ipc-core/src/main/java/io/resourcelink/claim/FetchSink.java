package io.resourcelink.claim;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

import io.resourcelink.error.ClaimUnavailableException;

/** Takes the bytes of a fetch, exactly as many as the claim says, until the deadline. Used by one thread. */
final class FetchSink implements ClaimFetcher.Sink {

    private final Claim claim;
    private final Deadline deadline;
    private final Consumer<MemorySegment> target;
    private long position;

    FetchSink(Claim claim, Deadline deadline, Consumer<MemorySegment> target) {
        this.claim = claim;
        this.deadline = deadline;
        this.target = target;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(deadline.nanosLeft());
    }

    @Override
    public void append(ByteBuffer bytes) {
        ensureWanted();
        if (bytes.remaining() > claim.length() - position) {
            throw failed("its origin sent more than the " + claim.length() + " bytes of the claim");
        }
        target.accept(MemorySegment.ofBuffer(bytes));
        position += bytes.remaining();
        bytes.position(bytes.limit());
    }

    /** Called when the fetcher says that it is done. */
    void complete() {
        ensureWanted();
        if (position != claim.length()) {
            throw failed("its origin sent " + position + " of the " + claim.length() + " bytes of the claim");
        }
    }

    private void ensureWanted() {
        if (Thread.currentThread().isInterrupted()) {
            throw failed("the thread that fetches it was interrupted");
        }
        if (deadline.isOver()) {
            throw failed("it was not fetched within " + deadline.timeout() + ", but " + position + " of "
                    + claim.length() + " bytes of it");
        }
    }

    private ClaimUnavailableException failed(String why) {
        return new ClaimUnavailableException(claim.key(), why, null);
    }
}
