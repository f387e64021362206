package io.resourcelink.channel;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.wire.Fifo;

/*
 * The inbox of a member keeps the member's turn, and is itself kept by its channel and by the Cleaner. So a turn must reach neither
 * the receiver nor the set: a receiver that the program has forgotten would never be closed.
 */

/** The members of a receiver set that may have something new, in their order. Thread-safe. */
final class Turns {

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();

    private final Fifo<Turn> waiting = new Fifo<>();

    /** A member, as its inbox knows it. Running it queues it, unless it is queued already. Needs no heap. */
    static final class Turn implements Runnable {

        private final Turns turns;
        private final Long member;
        private boolean queued;
        private boolean ended;

        private Turn(Turns turns, Long member) {
            this.turns = turns;
            this.member = member;
        }

        /** {@return the number of the member} */
        Long member() {
            return member;
        }

        @Override
        public void run() {
            turns.queue(this);
        }

        /** Keeps the member from being queued again. Called under the lock. Returns whether this is the first call. */
        boolean end() {
            boolean first = !ended;
            ended = true;
            return first;
        }
    }

    /**
     * Makes the turn of a new member, and room for it in the queue. Called under the lock.
     *
     * @param members how many there are, with the new one
     */
    Turn add(Long member, int members) {
        Turn turn = new Turn(this, member);
        waiting.reserve(members);
        return turn;
    }

    private void queue(Turn turn) {
        lock.lock();
        try {
            if (!turn.queued && !turn.ended) {
                waiting.add(turn);
                turn.queued = true;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** {@return the next turn of a member, {@code null} if there is none} Called under the lock. */
    @Nullable
    Turn take() {
        Turn turn = waiting.poll();
        while (turn != null && turn.ended) {
            turn = waiting.poll();
        }
        if (turn != null) {
            turn.queued = false;
        }
        return turn;
    }

    /** {@return whether there is none} Called under the lock. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
