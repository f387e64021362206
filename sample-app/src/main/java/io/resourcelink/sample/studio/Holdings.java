package io.resourcelink.sample.studio;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.springframework.stereotype.Component;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.CreateOptions;

/** The links that a person has asked the studio to hold, and the segments that it was asked to keep. Thread-safe. */
@Component
final class Holdings implements AutoCloseable {

    private static final int MOST = 8;

    private final ResourceLinkFactory segments;
    private final Generator generator;
    private final Journal journal;
    private final Duration kept;
    private final Map<String, ResourceLink> held = new LinkedHashMap<>();

    Holdings(ResourceLinkFactory segments, Generator generator, Journal journal,
            StudioProperties properties) {
        this.kept = properties.kept();
        this.segments = segments;
        this.generator = generator;
        this.journal = journal;
    }

    /** Holds the latest frame, until it is released. */
    synchronized String hold() {
        if (held.size() >= MOST) {
            throw new RefusedException("The studio holds " + MOST + " frames already; release one.");
        }
        ResourceLink latest = latest();
        ResourceLink before = held.put(latest.key(), latest);
        if (before != null) {
            before.close();
        }
        journal.add("The studio holds " + latest.key() + " until it is released.");
        return latest.key();
    }

    /** Releases what was held. If no other process has a reference, the segment is gone. */
    synchronized void release(String key) {
        ResourceLink link = held.remove(key);
        if (link == null) {
            throw new RefusedException("The studio does not hold " + key + " for you.");
        }
        link.close();
        journal.add("The studio has released " + key + ".");
    }

    /** Publishes the latest frame once more, to be kept without a holder until its time to live is over. */
    String keep() {
        try (ResourceLink latest = latest()) {
            String key = "kept-" + latest.key().substring(latest.key().indexOf('-') + 1);
            segments.publish(key, Content.of(latest.payload()),
                    CreateOptions.defaults().withTtl(kept).withKeep(true)).close();
            journal.add("Segment " + key + " stays without any holder for " + kept.toSeconds() + " seconds.");
            return key;
        }
    }

    private ResourceLink latest() {
        ResourceLink latest = generator.holdLatest();
        if (latest == null) {
            throw new RefusedException("There is no frame to hold yet: the generator is paused, or no worker runs.");
        }
        return latest;
    }

    synchronized Set<String> keys() {
        return Set.copyOf(held.keySet());
    }

    @Override
    public synchronized void close() {
        held.values().forEach(ResourceLink::close);
        held.clear();
    }
}
