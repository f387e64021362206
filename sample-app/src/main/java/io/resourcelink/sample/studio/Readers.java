package io.resourcelink.sample.studio;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/**
 * Programs that speak no channels, such as the one in Python: they ask for a key, acquire the segment by it, and publish their result
 * under a key that they were given. The studio holds the frame until the result is there. Thread-safe.
 */
@Component
final class Readers implements AutoCloseable {

    private static final int MOST = 16;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ResourceLinkFactory segments;
    private final Gallery gallery;
    private final Generator generator;
    private final Journal journal;
    private final Map<String, ResourceLink> waiting = new LinkedHashMap<>();

    Readers(ResourceLinkFactory segments, Gallery gallery, Generator generator, Journal journal) {
        this.segments = segments;
        this.gallery = gallery;
        this.generator = generator;
        this.journal = journal;
    }

    /**
     * What a reader is to do.
     *
     * @param directory where the segments are
     * @param key the frame
     * @param resultKey where it publishes the mean of all samples, as a double in little-endian order
     */
    record Task(String directory, String key, String resultKey) {}

    /** The newest uploaded picture, or the generator's latest frame. A reader that never comes back makes room for others. */
    synchronized Task next() {
        ResourceLink frame = gallery.views().stream().findFirst()
                .flatMap(view -> gallery.hold(view.id(), StoredFrame::frame)).orElseGet(generator::holdLatest);
        if (frame == null) {
            throw new RefusedException("There is no frame to read: add a picture, or open the page.");
        }
        String resultKey = "read-" + UUID.randomUUID();
        waiting.put(resultKey, frame);
        if (waiting.size() > MOST) {
            Iterator<ResourceLink> oldest = waiting.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
        return new Task(segments.directory().toString(), frame.key(), resultKey);
    }

    /** Acquires a result and says it. */
    double done(String resultKey) {
        ResourceLink frame;
        synchronized (this) {
            frame = waiting.remove(resultKey);
        }
        if (frame == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "Nobody was asked for \"" + resultKey + "\".");
        }
        try (frame; ResourceLink result = segments.acquire(resultKey)) {
            if (result.payloadSize() != Double.BYTES) {
                throw new RefusedException("A result has 8 bytes, not " + result.payloadSize() + ".");
            }
            double mean = result.payload().get(DOUBLE, 0);
            journal.add(String.format(Locale.ROOT, "A reader by key says that the mean of %s is %.2f.", frame.key(),
                    mean));
            return mean;
        }
    }

    @Override
    public synchronized void close() {
        waiting.values().forEach(ResourceLink::close);
        waiting.clear();
    }
}
