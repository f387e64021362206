package io.resourcelink.internal.store;

import org.jspecify.annotations.Nullable;

import io.resourcelink.segment.OrphanReport.Collected;

/** The events that the stores of a factory report to their owner. No method throws. */
public interface StoreEvents {

    /**
     * Notes an orphan that was collected within an operation. The owner reports it to its listeners after the operation.
     */
    void note(Collected orphan);

    /** Reports an orphan that was collected. Called outside of operations. */
    void collected(Collected orphan);

    /** Called after each operation, outside of it. */
    void operationEnded();

    /** Runs the work that releases a segment, and reports it. An exception of the work is thrown on. */
    void releasing(HeldSegment segment, Runnable work);

    /**
     * Reports a link that was never closed.
     *
     * @param key the segment's key
     * @param made where the link was made, or {@code null} if that was not recorded
     */
    void leaked(String key, @Nullable Throwable made);
}
