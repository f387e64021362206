package io.resourcelink;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.OrphanReport.Collected;
import io.resourcelink.ResourceLinkListener.Operation;

/**
 * All who are told of what happens in one factory. If there are none, no clock is asked. What a listener throws is logged:
 * it must not take a reference from a caller who does not know of it. Thread-safe.
 */
final class Listeners {

    private final List<ResourceLinkListener> all;

    Listeners(List<ResourceLinkListener> all) {
        this.all = List.copyOf(all);
    }

    /** Makes a link, or none, and tells of it. */
    <L extends @Nullable ResourceLink> L taking(Operation operation, String key, Supplier<L> work) {
        return reporting(operation, key, work, (link, begin) -> {
            if (link != null) {
                taken(operation, link.segment(), since(begin));
            }
        });
    }

    /** Tells of a reference that was taken. */
    void taken(Operation operation, HeldSegment segment, Duration took) {
        ResourceKind kind = segment.header().kind();
        tell(listener -> {
            if (operation == Operation.CREATE) {
                listener.created(segment.key(), kind, segment.size(), took);
            } else {
                listener.acquired(segment.key(), kind, segment.size(), took);
            }
        });
    }

    /** Gives a reference back, and tells of it. */
    void releasing(HeldSegment segment, Runnable work) {
        reporting(Operation.RELEASE, segment.key(), () -> {
            work.run();
            return segment;
        }, (released, begin) -> {
            Duration took = since(begin);
            tell(listener -> listener.released(released.key(), released.header().kind(), released.size(), took));
        });
    }

    /** Looks through all segments, and tells of what was done. */
    OrphanReport sweeping(Supplier<OrphanReport> work) {
        return reporting(Operation.COLLECT, null, work, (report, begin) -> {
            Duration took = since(begin);
            tell(listener -> listener.swept(report, took));
        });
    }

    /** The time now, or nothing in particular if nobody wants to know. */
    long begin() {
        return all.isEmpty() ? 0 : System.nanoTime();
    }

    /** The time since, or nothing in particular if nobody wants to know. */
    Duration since(long begin) {
        return all.isEmpty() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Tells of a failure. Answers it, to be thrown. */
    <E extends RuntimeException> E failed(Operation operation, @Nullable String key, E failure, Duration took) {
        tell(listener -> listener.failed(operation, key, failure, took));
        return failure;
    }

    void collected(Collected orphan) {
        tell(listener -> listener.collected(orphan));
    }

    /** Logs a leak, once however many listeners there are, and tells of it. */
    void leaked(String key, @Nullable Throwable made) {
        System.getLogger(ResourceLink.class.getName()).log(Level.WARNING, "A link to segment \"" + key
                + "\" was never closed; it is closed now. Use try-with-resources"
                + (made == null ? ", or find the place with leak detection FULL." : "."), made);
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
        told.of(result, begin);
        return result;
    }

    private void tell(Consumer<ResourceLinkListener> event) {
        for (ResourceLinkListener listener : all) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                System.getLogger(ResourceLinkListener.class.getName()).log(Level.WARNING,
                        "A listener failed; everything else goes on.", e);
            }
        }
    }
}
