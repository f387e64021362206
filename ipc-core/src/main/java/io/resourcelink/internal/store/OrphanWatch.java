package io.resourcelink.internal.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.ResourceKind;

/**
 * Collects segments that a process has released without being able to collect them itself. Used by the watcher's thread.
 */
final class OrphanWatch implements Reaction {

    /** About 10 MB of notes at worst. The sweep handles what is forgotten. */
    private static final int MAX_NOTED = 100_000;

    private final ResourceKind kind;
    private final StoreEvents events;
    private final Operations operations;

    /**
     * Files that their creators have not closed yet, by number. Files of other programs stay until newer ones displace
     * them.
     */
    private final Map<Long, String> keys = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > MAX_NOTED;
        }
    };

    /** Runs operations on the watched store. */
    interface Operations {

        /** Runs one, unless the factory is closed. */
        <T extends @Nullable Object> T run(Function<Maintained, T> operation);
    }

    OrphanWatch(ResourceKind kind, StoreEvents events, Operations operations) {
        this.kind = kind;
        this.events = events;
        this.operations = operations;
    }

    @Override
    public void appeared(String key) {
        Long file = operations.run(store -> store.file(key));
        if (file != null) {
            keys.put(file, key);
        }
    }

    @Override
    public @Nullable String keyOf(long inode) {
        return keys.remove(inode);
    }

    @Override
    public Again released(String key) {
        return operations.run(store -> store.isHeldHere(key) ? Again.LATER : collect(store, key));
    }

    private Again collect(Maintained store, String key) {
        return switch (store.collect(key, Duration.ZERO, false)) {
            case Verdict.Removed(Reason reason, long bytes) -> {
                events.note(new Collected(key, kind, reason, bytes));
                yield Again.NEVER;
            }
            case Verdict.Stays stays -> stays.cause() == Cause.HELD || stays.cause() == Cause.BUSY
                    ? Again.SOON
                    : Again.NEVER;
            case Verdict.Gone _ -> Again.NEVER;
        };
    }

    @Override
    public Again staged() {
        List<Collected> collected = new ArrayList<>();
        boolean others = operations.run(store -> store.clearStage(collected));
        collected.forEach(events::collected);
        return others ? Again.SOON : Again.NEVER;
    }

    @Override
    public void ensureAlive() {
        operations.run(store -> {
            store.ensureAlive();
            return true;
        });
    }

    @Override
    public void overflowed() {
        operations.run(store -> {
            keys.putAll(store.files());
            return store.sweep(Duration.ZERO, false);
        }).collected().forEach(events::collected);
    }
}
