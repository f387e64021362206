package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/*
 * An inbox is open while it has sources. A source can send, or can become something that can send. There are four kinds: the
 * senders of this channel, which are one source together; the senders of another channel, one source for each channel that
 * was granted; tickets; and a server that waits. A source is always added before the source that it follows from is
 * removed. So the count reaches zero only when nothing is left, and stays there, because only a source can make another
 * one, whatever a peer may say.
 */

/** Who can still send to a receiver, and whom it tells of its stop and its end. Guarded by the lock of its inbox. */
final class Sources {

    /** Those of other channels that are told. */
    private final Set<Source> known = new HashSet<>();
    private final Set<Source> counted = new HashSet<>();
    /** Those that have not answered to the stop yet. */
    private final Set<Source> awaited = new HashSet<>();
    /** Those that nobody can tell anything any more, as long as something that they have sent is not handled. */
    private final Set<Source> gone = new HashSet<>();
    private int count;
    private boolean over;
    private boolean stopping;

    /** {@return whether one more source was counted; not after the last one, and not during a stop} */
    boolean add() {
        if (over || stopping) {
            return false;
        }
        count++;
        return true;
    }

    /** Removes a source. Returns whether it was the last one. */
    boolean remove() {
        over = --count <= 0;
        return over;
    }

    /** The same as {@link #add()} for the senders of another channel; see {@link Inbox#addSource(Source)}. */
    boolean add(Source source) {
        if (counted.contains(source)) {
            return true;
        }
        if (over || (stopping && (!known.contains(source) || source.hasStopped()))) {
            return false;
        }
        if (stopping) {
            awaited.add(source);
        }
        known.add(source);
        counted.add(source);
        count++;
        return true;
    }

    /** Counts the senders of another channel no more. Returns whether they were counted; then they are to be removed. */
    boolean discount(Source source) {
        return counted.remove(source);
    }

    /** The senders of another channel cannot be told anything any more. */
    void forget(Source source) {
        known.remove(source);
        if (!source.isSettled()) {
            gone.add(source);
        }
    }

    /** A message of a source was handled. */
    void handled(Source source) {
        if (!gone.isEmpty() && source.isSettled()) {
            gone.remove(source);
        }
    }

    /** {@return whether a message may come from a source} */
    boolean maySend(Source source) {
        return !over && (!stopping || awaited.contains(source));
    }

    /** {@return whether the last source was removed} */
    boolean areOver() {
        return over;
    }

    boolean areStopping() {
        return stopping;
    }

    /** {@return whether there was a stop, and all have answered} */
    boolean haveStopped() {
        return stopping && awaited.isEmpty();
    }

    /** Begins to stop. Returns those that are to be told. */
    List<Source> stop() {
        // What needs memory comes first.
        List<Source> told = new ArrayList<>(known);
        awaited.addAll(counted);
        stopping = true;
        return told;
    }

    /** A source has answered to the stop, or is gone. Returns whether it was the last one. */
    boolean stopped(Source source) {
        return awaited.remove(source) && awaited.isEmpty();
    }

    boolean isAwaited(Source source) {
        return awaited.contains(source);
    }

    /** {@return those of other channels that may have sent what is not handled} */
    Set<Source> all() {
        Set<Source> all = new LinkedHashSet<>(known);
        all.addAll(gone);
        return all;
    }

    /** Forgets all of them. */
    void clear() {
        known.clear();
        counted.clear();
        awaited.clear();
        gone.clear();
    }
}
