package io.resourcelink;

import java.time.Duration;
import java.util.Objects;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;

/**
 * The memory of a factory's published segments that goes round: when nobody holds such a segment any more, its file is
 * given out again under another key, with its pages in place and mapped. {@link ResourceLinkFactory#publish(String, Payload)
 * Publishing} makes use of it by itself. Here is a way for who fills memory in place and writes every byte of it: what was in
 * it before need not be cleared for him.
 *
 * <p>From 4 KiB on, and from the second payload of a size on, a segment goes round, unless it is to be kept, is on disk, or in
 * {@code /dev/shm} itself, where processes that take no locks look.
 *
 * <p>The key of a segment that goes round is free again when its publisher and everybody else have closed it; if others are
 * the last to do so, a tenth of a second later, when the publisher's factory looks. The memory is counted as used in the directory while it is kept. How much is kept, and how long, says {@link
 * ResourceLinkFactory.Builder#recycling}. When the process dies, what it kept is an orphan, as everything it held.
 *
 * <p>Thread-safe. Needs no closing: it ends with its factory.
 */
public final class SegmentPool {

    static final Retention DEFAULT_RETENTION = new Retention(16, 512L << 20, Duration.ofSeconds(5));
    static final Retention DEFAULT_MAPPINGS = new Retention(64, 1L << 30, Duration.ofSeconds(5));

    private final Publisher publisher;

    SegmentPool(Publisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Publishes a segment whose writer writes every byte: like {@link ResourceLinkFactory#publish(String, long,
     * PayloadWriter)}, but the payload has arbitrary bytes at first.
     *
     * @param <X> what the writer may throw
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     * @param writer fills the payload, once
     * @return a handle to it, whose payload is read-only
     * @throws X what the writer throws
     * @throws SegmentAlreadyExistsException if a live segment, or a file that is no segment, has the key
     * @throws OutOfSpaceException if the file system has no room; nothing is left behind
     */
    public <X extends Exception> ResourceLink publish(String key, long payloadSize, PayloadWriter<X> writer) throws X {
        return publish(key, payloadSize, CreateOptions.defaults(), writer);
    }

    /**
     * Publishes a segment whose writer writes every byte: like {@link ResourceLinkFactory#publish(String, long,
     * CreateOptions, PayloadWriter)}, but the payload has arbitrary bytes at first.
     *
     * @param <X> what the writer may throw
     * @param key its key
     * @param payloadSize bytes of its payload, zero or more
     * @param options kind, time to live and keeping
     * @param writer fills the payload, once
     * @return a handle to it, whose payload is read-only
     * @throws X what the writer throws
     * @throws SegmentAlreadyExistsException if a live segment, or a file that is no segment, has the key
     * @throws OutOfSpaceException if the file system has no room; nothing is left behind
     */
    public <X extends Exception> ResourceLink publish(String key, long payloadSize, CreateOptions options,
            PayloadWriter<X> writer) throws X {
        Objects.requireNonNull(writer, "writer");
        return publisher.publish(key, payloadSize, options, Filling.OVERWRITTEN,
                draft -> writer.write(draft.payload()));
    }

    /** {@return what is kept at the moment, and how often that was of use} */
    public RecyclingStatistics statistics() {
        return publisher.statistics();
    }
}
