package io.resourcelink.boot.messaging;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.resourcelink.internal.work.Closing;

/*
 * An entry that has proved useful stays until the end. Until then, the map's lock of its name guards how many threads use it, and the
 * last one that leaves takes it out of the map and closes it: the name may be misspelt. So no thread uses an entry that is not in
 * the map, where closing would not find it.
 */

/**
 * What a template keeps for each destination. Thread-safe.
 *
 * @param <E> the entries
 */
final class PerDestination<E extends PerDestination.Entry> implements AutoCloseable {

    private final Function<String, E> making;
    private final Map<String, E> entries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * Begins without entries.
     *
     * @param making makes the entry of a destination; throws if the name is not valid
     */
    PerDestination(Function<String, E> making) {
        this.making = making;
    }

    /** What is kept for one destination. */
    abstract static class Entry implements AutoCloseable {

        /** How many threads have entered while it had not proved useful. Guarded by the map that holds it. */
        private int users;

        /** {@return whether it has proved useful} Then it always will. */
        abstract boolean isUseful();

        /** Does not block. Idempotent. */
        @Override
        public abstract void close();
    }

    /** Returns the entry of a destination. The caller leaves it. */
    E enter(String destination) {
        E entry = entries.get(destination);
        if (entry == null || !entry.isUseful()) {
            entry = entries.compute(destination, (name, known) -> {
                E entered = known == null ? making.apply(name) : known;
                ((Entry) entered).users++;
                return entered;
            });
        }
        if (closed) {
            entry.close();
        }
        return entry;
    }

    /** Forgets the entry if nobody uses it and it has not proved useful. */
    void leave(String destination, E left) {
        if (!left.isUseful()) {
            entries.computeIfPresent(destination, (_, entry) -> {
                Entry present = entry;
                if (--present.users > 0 || present.isUseful()) {
                    return entry;
                }
                present.close();
                return null;
            });
        }
    }

    void forEach(BiConsumer<String, E> action) {
        entries.forEach(action);
    }

    /** Closes all entries, also after a failure. Does not block. Idempotent. */
    @Override
    public void close() {
        closed = true;
        Closing closing = new Closing();
        entries.values().forEach(entry -> closing.run(entry::close));
        closing.end();
    }
}
