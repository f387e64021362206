package io.resourcelink.boot.resource;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.AbstractResource;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * The payload of a segment as a {@link org.springframework.core.io.Resource Resource}. Like a file resource, it only
 * describes the segment and holds no reference. Each stream and each channel takes a reference when it is opened and
 * releases it when it is closed. So the segment stays while it is read, even if all other references are released.
 * Bytes are copied from the shared memory directly to the buffer of the reader.
 *
 * <p>A controller may return one: Spring opens, reads and closes it, also for range requests. In Spring MVC, the content
 * type is {@code application/octet-stream} unless the controller sets one. The segment must exist until then: hold a
 * link to it, or create it with the option to keep it. If it does not exist, the response is 404.
 *
 * <p>Thread-safe, unlike its streams and channels.
 */
public final class SegmentResource extends AbstractResource {

    private final ResourceLinkFactory factory;
    private final String key;
    private final ResourceKind kind;

    /**
     * Describes a segment of a factory's default kind.
     *
     * @param factory finds the segment
     * @param key its key
     */
    public SegmentResource(ResourceLinkFactory factory, String key) {
        this(factory, key, factory.defaultKind());
    }

    /**
     * Describes a segment, which may not exist yet.
     *
     * @param factory finds the segment
     * @param key its key
     * @param kind its kind
     */
    public SegmentResource(ResourceLinkFactory factory, String key, ResourceKind kind) {
        this.factory = factory;
        this.key = key;
        this.kind = kind;
    }

    @Override
    public boolean exists() {
        return factory.info(key, kind).isPresent();
    }

    /** {@return the size of the payload in bytes} */
    @Override
    public long contentLength() throws IOException {
        return info().payloadSize();
    }

    /** {@return when the segment was created} */
    @Override
    public long lastModified() throws IOException {
        return info().createdAt().toEpochMilli();
    }

    /** {@return the segment's key} */
    @Override
    public String getFilename() {
        return key;
    }

    @Override
    public String getDescription() {
        return kind.label() + " segment \"" + key + "\"";
    }

    /**
     * Takes a reference on the segment.
     *
     * @return the payload from its start, to be closed by the caller
     * @throws FileNotFoundException if there is no such segment
     */
    @Override
    public InputStream getInputStream() throws IOException {
        return Channels.newInputStream(readableChannel());
    }

    /**
     * Takes a reference on the segment.
     *
     * @return the payload from its start, to be closed by the caller
     * @throws FileNotFoundException if there is no such segment
     */
    @Override
    public ReadableByteChannel readableChannel() throws IOException {
        try {
            ResourceLink link = factory.acquire(key, kind);
            return new SegmentChannel(link);
        } catch (SegmentNotFoundException e) {
            throw missing(e);
        }
    }

    private ResourceLinkInfo info() throws FileNotFoundException {
        return factory.info(key, kind).orElseThrow(() -> missing(null));
    }

    private MissingSegmentException missing(@Nullable Throwable cause) {
        return new MissingSegmentException(getDescription(), cause);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SegmentResource that && factory == that.factory && kind == that.kind
                && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, kind);
    }
}
