package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.NothingLeft;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;

/** Credits count the memory that rides along, until it can be used again. */
@ParameterizedClass(name = "{0}")
@EnumSource(Placement.class)
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(60)
class MemoryCreditTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Credits CREDITS = new Credits(1_000, 100_000, 1_000);

    private final Placement placement;
    private Crossing crossing;

    MemoryCreditTest(Placement placement) {
        this.placement = placement;
    }

    @BeforeEach
    void open(Path directory) throws InterruptedException {
        crossing = new Crossing(placement, directory);
    }

    @AfterEach
    void close() {
        crossing.close();
    }

    @Test
    void memoryComesBackWhenItsMessageIsClosed() throws Exception {
        try (Subchannel<SharedMemory> regions = crossing.open(MessageType.of(SharedMemory.class), CREDITS);
                SharedMemory memory = SharedMemory.fromByte((byte) 1, 60_000)) {
            assertThat(regions.sender().send(memory, PATIENCE)).isTrue();
            assertThat(regions.sender().send(memory, PATIENCE)).as("as long as any credit is left").isTrue();
            assertThat(regions.sender().trySend(memory)).isFalse();
            try (Received<SharedMemory> received = regions.receiver().take()) {
                assertThat(received.message().size()).isEqualTo(60_000);
                assertThat(regions.sender().trySend(memory)).as("while it is in use").isFalse();
            }
            assertThat(regions.sender().send(memory, PATIENCE)).as("a quarter is told at once").isTrue();
        }
    }

    @Test
    void aLinkCountsAsLargeAsItsSegment(Path directory) throws Exception {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory.resolve("segments"))
                .build()) {
            sendLinks(directory, factory);
            // What lies in the socket when its receiver closes is dropped by the kernel, which removes no name.
            factory.collectOrphans(Duration.ZERO);
        }
    }

    private void sendLinks(Path directory, ResourceLinkFactory factory) throws InterruptedException {
        try (Channel from = channel(directory, factory);
                Channel to = placement == Placement.WITHIN ? from : channel(directory, factory);
                NamedServer<ResourceLink> server = to.serve("frames", MessageType.of(ResourceLink.class), CREDITS);
                SubSender<ResourceLink> sender = from.connect("frames", ResourceLink.class);
                ResourceLink link = factory.create("frame", 60_000)) {
            assertThat(sender.send(link, PATIENCE)).isTrue();
            assertThat(sender.send(link, PATIENCE)).as("as long as any credit is left").isTrue();
            assertThat(sender.trySend(link)).isFalse();
            server.receiver().take().close();
            assertThat(sender.send(link, PATIENCE)).as("a quarter is told at once").isTrue();
        }
    }

    private static Channel channel(Path directory, ResourceLinkFactory factory) {
        return Channel.builder().directory(directory.resolve("linking")).segments(factory).open();
    }

    @Test
    void oneMessageMayBeLargerThanAllCredit() throws Exception {
        try (Subchannel<SharedMemory> regions = crossing.open(MessageType.of(SharedMemory.class), CREDITS);
                SharedMemory memory = SharedMemory.fromByte((byte) 1, 1_000_000)) {
            for (int i = 0; i < 3; i++) {
                assertThat(regions.sender().send(memory, PATIENCE)).isTrue();
                assertThat(regions.sender().trySend(memory)).isFalse();
                regions.receiver().take().close();
            }
        }
    }

    /** Less than a quarter is told by the channel's upkeep at the latest. */
    @Test
    void littleCreditComesBackAsWell() throws Exception {
        Credits few = new Credits(100, 1 << 20, 100);
        try (Subchannel<Integer> numbers = crossing.open(MessageType.of(Integer.class), few)) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 100; i++) {
                    assertThat(numbers.sender().send(i, PATIENCE)).isTrue();
                }
                for (int i = 0; i < 100; i++) {
                    assertThat(numbers.receiver().receive()).isEqualTo(i);
                }
            }
        }
    }
}
