package io.resourcelink.internal.store;

import org.jspecify.annotations.Nullable;

import io.resourcelink.segment.OrphanReport.Collected;

/** What the stores of a factory tell their owner. No method throws. */
public interface StoreEvents {

    /** Notes an orphan that was collected within an operation. The owner tells its listeners after the operation. */
    void note(Collected orphan);

    /** Tells of an orphan that was collected. Called outside of operations. */
    void collected(Collected orphan);

    /** Called after each operation, outside of it. */
    void operationEnded();

    /** Runs what releases a segment, and tells of it. What the work throws is thrown on. */
    void releasing(HeldSegment segment, Runnable work);

    /**
     * Tells of a link that was never closed.
     *
     * @param key the segment's key
     * @param made where the link was made, or {@code null} if that was not recorded
     */
    void leaked(String key, @Nullable Throwable made);
}
