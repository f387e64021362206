package io.resourcelink.boot.resource;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SegmentResourceTest {

    private static final int MEGABYTE = 1 << 20;

    private final ResourceLinkFactory factory = ResourceLinkFactory.builder()
            .inProcess(new InProcessMemory(64L * MEGABYTE)).build();

    @AfterEach
    void close() {
        factory.close();
    }

    @Test
    void describesASegmentThatIsThere() throws IOException {
        SegmentResource resource = new SegmentResource(factory, "frame");
        try (ResourceLink link = factory.create("frame", 5)) {
            link.writePayload(new byte[]{ 1, 2, 3, 4, 5 });
            assertThat(resource.exists()).isTrue();
            assertThat(resource.contentLength()).isEqualTo(5);
            assertThat(resource.lastModified()).isEqualTo(link.createdAt().toEpochMilli());
            assertThat(resource.getFilename()).isEqualTo("frame");
            assertThat(resource.getContentAsByteArray()).containsExactly(1, 2, 3, 4, 5);
            assertThat(resource).isEqualTo(new SegmentResource(factory, "frame", ResourceKind.SHARED_MEMORY))
                    .hasSameHashCodeAs(new SegmentResource(factory, "frame"))
                    .isNotEqualTo(new SegmentResource(factory, "frame", ResourceKind.MAPPED_FILE));
        }
    }

    @Test
    void describesASegmentThatIsNotThere() {
        SegmentResource resource = new SegmentResource(factory, "none");
        assertThat(resource.exists()).isFalse();
        assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(resource::contentLength)
                .withMessage("shared-memory segment \"none\" does not exist");
        assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(resource::getInputStream);
    }

    @Test
    void aStreamHoldsTheSegmentUntilItIsClosed() throws IOException {
        SegmentResource resource = new SegmentResource(factory, "frame");
        ResourceLink link = factory.create("frame", 3);
        link.writePayload(new byte[]{ 1, 2, 3 });
        try (InputStream stream = resource.getInputStream()) {
            assertThat(link.refcount()).isEqualTo(2);
            link.close();
            assertThat(stream.available()).isEqualTo(3);
            assertThat(stream.read()).isEqualTo(1);
            assertThat(stream.skip(1)).isEqualTo(1);
            assertThat(stream.read(new byte[10])).isEqualTo(1);
            assertThat(stream.read()).isEqualTo(-1);
        }
        assertThat(resource.exists()).isFalse();
    }

    @Test
    void aChannelReadsFromAnyPosition() throws IOException {
        try (ResourceLink link = factory.create("frame", 3);
                SegmentChannel channel = (SegmentChannel) new SegmentResource(factory, "frame").readableChannel()) {
            link.writePayload(new byte[]{ 1, 2, 3 });
            ByteBuffer direct = ByteBuffer.allocateDirect(10);
            assertThat(channel.size()).isEqualTo(3);
            assertThat(channel.position(1).read(direct)).isEqualTo(2);
            assertThat(direct.flip().get(0)).isEqualTo((byte) 2);
            assertThat(channel.position()).isEqualTo(3);
            assertThat(channel.read(direct)).isEqualTo(-1);
            assertThat(channel.position(100).read(direct)).isEqualTo(-1);
            assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.write(direct));
            assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> channel.truncate(0));
        }
    }

    @Test
    void aClosedChannelIsNotRead() throws IOException {
        try (ResourceLink _ = factory.create("frame", 3)) {
            SegmentChannel channel = (SegmentChannel) new SegmentResource(factory, "frame").readableChannel();
            channel.close();
            assertThat(channel.isOpen()).isFalse();
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void streamingTakesNoHeapForTheWhole() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ResourceLink _ = factory.create("large", 50L * MEGABYTE);
                InputStream stream = new SegmentResource(factory, "large").getInputStream()) {
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThat(stream.transferTo(OutputStream.nullOutputStream())).isEqualTo(50L * MEGABYTE);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2L * MEGABYTE);
        }
    }
}
