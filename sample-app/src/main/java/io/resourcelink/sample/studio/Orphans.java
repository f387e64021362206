package io.resourcelink.sample.studio;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLinkListener;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;

/**
 * Hears from the factory what was collected, and says how long that took after a worker was killed. Each worker holds a segment of
 * its own for as long as it lives: {@code worker-} and its process id. Thread-safe.
 */
@Component
final class Orphans implements ResourceLinkListener {

    private static final String OF_A_WORKER = "worker-";

    private final Journal journal;
    private final Map<String, Long> killed = new ConcurrentHashMap<>();

    Orphans(Journal journal) {
        this.journal = journal;
    }

    /** To be called before the kill, whose orphan may be gone a moment later. */
    void willKill(long pid) {
        killed.put(OF_A_WORKER + pid, System.nanoTime());
    }

    @Override
    public void collected(Collected orphan) {
        long now = System.nanoTime();
        Long since = killed.remove(orphan.key());
        if (since != null) {
            journal.add(String.format(Locale.ROOT,
                    "Segment %s was an orphan, because its only holder was killed. It was gone %.1f ms after the kill.",
                    orphan.key(), (now - since) / 1e6));
        } else if (orphan.reason() == Reason.EXPIRED) {
            journal.add("Segment " + orphan.key() + " is gone: its time to live was over.");
        } else if (!orphan.key().startsWith(".")) {
            journal.add("Segment " + orphan.key() + " was an orphan, and is gone.");
        }
    }
}
