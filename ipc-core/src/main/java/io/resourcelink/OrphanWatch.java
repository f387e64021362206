package io.resourcelink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.OrphanReport.Cause;
import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.OrphanReport.Reason;

/** Collects what a process has released without being able to collect it itself. Used by the watcher's thread. */
final class OrphanWatch implements Reaction {

    /** About 10 MB of notes at worst; what is forgotten is left to the sweep. */
    private static final int MAX_NOTED = 100_000;

    private final SegmentStores stores;
    private final Configuration configuration;
    private final ResourceKind kind;

    /** Files whose creators have not closed them yet, by their numbers. Foreign ones never come out again. */
    private final Map<Long, String> keys = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > MAX_NOTED;
        }
    };

    OrphanWatch(SegmentStores stores, Configuration configuration, ResourceKind kind) {
        this.stores = stores;
        this.configuration = configuration;
        this.kind = kind;
    }

    @Override
    public void appeared(String key) {
        if (configuration.watch()) {
            Long file = stores.call(kind, (store, frame) -> store.file(frame, key));
            if (file != null) {
                keys.put(file, key);
            }
        }
    }

    @Override
    public @Nullable String keyOf(long inode) {
        return keys.remove(inode);
    }

    @Override
    public boolean released(String key) {
        return configuration.watch() && stores.call(kind,
                (store, frame) -> switch (store.collect(frame, key, Duration.ZERO, false)) {
                    case Verdict.Removed(Reason reason, long bytes) -> {
                        configuration.listeners().note(new Collected(key, kind, reason, bytes));
                        yield false;
                    }
                    case Verdict.Stays stays -> stays.cause() == Cause.HELD || stays.cause() == Cause.BUSY;
                    case Verdict.Gone _ -> false;
                });
    }

    @Override
    public boolean staged() {
        if (!configuration.watch()) {
            return false;
        }
        List<Collected> collected = new ArrayList<>();
        boolean others = stores.call(kind, (store, frame) -> store.clearStage(frame, collected));
        collected.forEach(configuration.listeners()::collected);
        return others;
    }

    @Override
    public void ensureAlive() {
        stores.call(kind, (store, frame) -> {
            store.ensureAlive(frame);
            return true;
        });
    }

    @Override
    public void overflowed() {
        if (configuration.watch()) {
            stores.call(kind, (store, frame) -> {
                keys.putAll(store.files(frame));
                return store.sweep(frame, Duration.ZERO, false);
            }).collected().forEach(configuration.listeners()::collected);
        }
    }
}
