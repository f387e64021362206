package io.resourcelink;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkListener.Operation;
import io.resourcelink.internal.store.HeldSegment;
import io.resourcelink.internal.store.StoreEvents;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.ResourceKind;

/*
 * An event is reported after it has happened. So no failure in reporting may reach the caller: neither a listener's
 * Error nor too little heap for the event. The caller would lose the reference that it has just got. A listener must not
 * be called within an operation either. A listener that waits, or that closes the factory, would delay the closing,
 * which waits for operations. What happens to other segments within an operation is noted there, and reported after it.
 */

/**
 * All listeners of one factory. If there are none, no clock is read. Anything that a listener throws is reported and changes
 * nothing else. Thread-safe.
 */
final class Listeners implements StoreEvents {

    private final List<ResourceLinkListener> all;
    private final boolean leaksReported;
    private final Failures failures;
    private final List<ResourceLinkListener> leakLogs;
    private final Queue<Collected> noted = new ConcurrentLinkedQueue<>();

    Listeners(List<ResourceLinkListener> all, boolean leaksReported, Failures failures) {
        this.leaksReported = leaksReported;
        this.all = all.stream().filter(listener -> !(listener instanceof LeakLog)).toList();
        this.failures = failures;
        List<ResourceLinkListener> own = all.stream().filter(LeakLog.class::isInstance).toList();
        this.leakLogs = own.isEmpty() ? List.of(LeakLog.warnings()) : own;
    }

    /** Makes a link, or none, and reports it. */
    <L extends @Nullable Object> L taking(Operation operation, String key, Supplier<L> work,
            Function<? super @NonNull L, HeldSegment> segment) {
        return reporting(operation, key, work, (link, begin) -> {
            if (link != null) {
                taken(operation, segment.apply(link), since(begin));
            }
        });
    }

    /** Reports a reference that was taken. Never throws. */
    void taken(Operation operation, HeldSegment segment, Duration took) {
        try {
            ResourceKind kind = segment.header().kind();
            tell(listener -> {
                if (operation == Operation.CREATE) {
                    listener.created(segment.key(), kind, segment.size(), took);
                } else {
                    listener.acquired(segment.key(), kind, segment.size(), took);
                }
            });
        } catch (Throwable e) {
            notTold(e);
        }
    }

    /** Releases a reference, and reports that. */
    @Override
    public void releasing(HeldSegment segment, Runnable work) {
        reporting(Operation.RELEASE, segment.key(), () -> {
            work.run();
            return segment;
        }, (released, begin) -> {
            Duration took = since(begin);
            tell(listener -> listener.released(released.key(), released.header().kind(), released.size(), took));
        });
    }

    /** Looks through all segments, and reports what was done. */
    OrphanReport sweeping(Supplier<OrphanReport> work) {
        return reporting(Operation.COLLECT, null, work, (report, begin) -> {
            Duration took = since(begin);
            tell(listener -> listener.swept(report, took));
        });
    }

    /** Returns the time now, or an arbitrary value if there is no listener. */
    long begin() {
        return all.isEmpty() ? 0 : System.nanoTime();
    }

    /** Returns the time since then, or an arbitrary value if there is no listener. */
    Duration since(long begin) {
        return all.isEmpty() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Reports a failure. Returns it, for the caller to throw. */
    <E extends RuntimeException> E failed(Operation operation, @Nullable String key, E failure, Duration took) {
        try {
            tell(listener -> listener.failed(operation, key, failure, took));
        } catch (Throwable e) {
            notTold(e);
        }
        return failure;
    }

    /** Reports an orphan that was collected. Must not be called within an operation. */
    @Override
    public void collected(Collected orphan) {
        tell(listener -> listener.collected(orphan));
    }

    /** Notes an orphan that an operation has collected on its way. {@link #operationEnded} reports it. */
    @Override
    public void note(Collected orphan) {
        if (!all.isEmpty()) {
            noted.add(orphan);
        }
    }

    /** Reports what was noted. Called after each operation. Never throws. */
    @Override
    public void operationEnded() {
        try {
            for (Collected orphan = noted.poll(); orphan != null; orphan = noted.poll()) {
                collected(orphan);
            }
        } catch (Throwable e) {
            notTold(e);
        }
    }

    /** Logs a leak, and reports it to the listeners. */
    @Override
    public void leaked(String key, @Nullable Throwable made) {
        if (!leaksReported) {
            return;
        }
        tell(leakLogs, log -> log.leaked(key, made));
        tell(listener -> listener.leaked(key, made));
    }

    private interface Told<T extends @Nullable Object> {
        void of(T result, long begin);
    }

    private <T extends @Nullable Object> T reporting(Operation operation, @Nullable String key, Supplier<T> work,
            Told<T> told) {
        if (all.isEmpty()) {
            return work.get();
        }
        long begin = begin();
        T result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            throw failed(operation, key, e, since(begin));
        }
        try {
            told.of(result, begin);
        } catch (Throwable e) {
            notTold(e);
        }
        return result;
    }

    private void tell(Consumer<ResourceLinkListener> event) {
        tell(all, event);
    }

    private void tell(List<ResourceLinkListener> listeners, Consumer<ResourceLinkListener> event) {
        for (int index = 0; index < listeners.size(); index++) {
            try {
                event.accept(listeners.get(index));
            } catch (Throwable e) {
                notTold(e);
            }
        }
    }

    private void notTold(Throwable failure) {
        failures.report("telling a listener", failure);
    }
}
