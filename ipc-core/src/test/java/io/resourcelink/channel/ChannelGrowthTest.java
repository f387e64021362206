package io.resourcelink.channel;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Effort;
import io.resourcelink.LeakDetection;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What has been is forgotten: messages, what they carried, and subchannels. How many messages the property
 * {@code ipc.growth.messages} says.
 */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(300)
class ChannelGrowthTest {

    private static final int MESSAGES = Effort.of("ipc.growth.messages", 200_000, 1_000_000);
    private static final int PUBLISHED = MESSAGES / 20;
    private static final int SUBCHANNELS = MESSAGES / 10;
    private static final int COLLECTIONS = 20;
    /** A fifth of a byte for each message, 2 for each subchannel. */
    private static final long HEAP = MESSAGES / 5;
    /** The JVM maps for itself, too; those who carry something are thousands. */
    private static final int MAPPINGS = 64;

    record Cargo(int number, List<SharedMemory> memory, List<ResourceLink> links, List<SubSender<Integer>> senders) {

        void close() {
            memory.forEach(SharedMemory::close);
            links.forEach(ResourceLink::close);
            senders.forEach(SubSender::close);
        }
    }

    /** What a process has. */
    private record Holdings(long heap, long descriptors, long mappings) {

        /** After a number of collections, or as soon as the heap is as small as it was. */
        static Holdings after(long heap) throws IOException {
            Reclaimer.reclaimNow();
            MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
            long used = Long.MAX_VALUE;
            for (int i = 0; i < COLLECTIONS && used > heap; i++) {
                System.gc();
                used = Math.min(used, memory.getHeapMemoryUsage().getUsed());
            }
            return new Holdings(used, Descriptors.count(""), Descriptors.countMappings(""));
        }

        static void assertNoGrowth(Holdings before) throws IOException {
            Holdings after = after(before.heap());
            assertThat(after.descriptors()).as("descriptors").isEqualTo(before.descriptors());
            assertThat(after.mappings() - before.mappings()).as("more mappings").isLessThan(MAPPINGS);
            assertThat(after.heap() - before.heap()).as("more bytes on the heap").isLessThan(HEAP);
        }
    }

    @Test
    void messagesLeaveNothing(Path directory) throws Exception {
        try (ResourceLinkFactory segments = segments(directory);
                ResourceLinkFactory others = segments(directory);
                Channel here = Channel.builder().directory(directory.resolve("c")).segments(segments).open();
                Channel there = Channel.builder().directory(directory.resolve("c")).segments(others).open();
                OneShotServer<Cargo> server = here.oneShotServer(Cargo.class);
                SubSender<Cargo> sender = there.connect(server.name(), Cargo.class);
                Subchannel<Integer> travels = there.subchannel(Integer.class);
                ResourceLink link = others.create("frame", 100);
                SharedMemory memory = SharedMemory.fromByte((byte) 7, 10_000)) {
            sender.send(new Cargo(-1, List.of(), List.of(), List.of()));
            try (SubReceiver<Cargo> receiver = server.accept().receiver()) {
                Exchange exchange = new Exchange(sender, receiver, memory, link, travels);
                exchange.run(MESSAGES / 10);
                Holdings before = Holdings.after(0);
                exchange.run(MESSAGES);
                Holdings.assertNoGrowth(before);
            }
        }
    }

    @Test
    void publishingLeavesNothing(Path directory) throws Exception {
        MessageType<Cargo> type = MessageType.of(Cargo.class);
        SubscribeOptions dropping = SubscribeOptions.DEFAULT.dropping(true).credits(new Credits(4, 1 << 20, 4));
        try (ResourceLinkFactory segments = segments(directory);
                ResourceLinkFactory others = segments(directory);
                Channel here = Channel.builder().directory(directory.resolve("c")).segments(segments).open();
                Channel there = Channel.builder().directory(directory.resolve("c")).segments(others).open();
                NamedServer<Cargo> fast = here.subscribe("cargo", type, SubscribeOptions.DEFAULT);
                NamedServer<Cargo> never = here.subscribe("cargo", type, dropping);
                Publisher<Cargo> publisher = there.publisher("cargo", type);
                ResourceLink link = others.create("frame", 100)) {
            publish(publisher, fast, link, PUBLISHED / 10);
            Holdings before = Holdings.after(0);
            publish(publisher, fast, link, PUBLISHED);
            Holdings.assertNoGrowth(before);
            assertThat(never.receiver().size()).isEqualTo(4);
        }
    }

    /** Each message is received by one subscriber, and dropped for the other. */
    private static void publish(Publisher<Cargo> publisher, NamedServer<Cargo> fast, ResourceLink link, int messages)
            throws InterruptedException {
        for (int i = 0; i < messages; i++) {
            List<ResourceLink> links = i % 10 == 0 ? List.of(link) : List.of();
            publisher.publish(new Cargo(i, List.of(), links, List.of()));
            Cargo cargo = fast.receiver().receive();
            if (cargo.number() != i) {
                throw new AssertionError(cargo.number() + " instead of " + i);
            }
            cargo.close();
        }
    }

    private static ResourceLinkFactory segments(Path directory) {
        return ResourceLinkFactory.builder().directory(directory).leakDetection(LeakDetection.OFF).build();
    }

    /** One thread sends, another one receives. Of 100 messages one has a region, one a link, one a sender. */
    private record Exchange(SubSender<Cargo> sender, SubReceiver<Cargo> receiver, SharedMemory memory,
            ResourceLink link,
            Subchannel<Integer> travels) {

        void run(int messages) throws Exception {
            FutureTask<Void> received = new FutureTask<>(() -> {
                for (int i = 0; i < messages; i++) {
                    Cargo cargo = receiver.receive();
                    if (cargo.number() != i) {
                        throw new AssertionError(cargo.number() + " instead of " + i);
                    }
                    for (SharedMemory region : cargo.memory()) {
                        assertThat(region.asSegment().get(ValueLayout.JAVA_BYTE, 9_999)).isEqualTo((byte) 7);
                    }
                    cargo.close();
                }
                return null;
            });
            Thread.ofPlatform().daemon().start(received);
            for (int i = 0; i < messages; i++) {
                Cargo cargo = new Cargo(i, i % 100 == 0 ? List.of(memory) : List.of(),
                        i % 100 == 33 ? List.of(link) : List.of(),
                        i % 100 == 66 ? List.of(travels.sender()) : List.of());
                if (!sender.send(cargo, Duration.ofSeconds(60))) {
                    throw new AssertionError("Nobody receives.");
                }
            }
            received.get(240, TimeUnit.SECONDS);
        }
    }

    @Test
    void subchannelsLeaveNothing(Path directory) throws Exception {
        try (Channel here = Channel.builder().directory(directory).open();
                Channel there = Channel.builder().directory(directory).open();
                OneShotServer<SubSender<?>> server = there
                        .oneShotServer(new MessageType<SubSender<?>>() {
                        });
                SubSender<SubSender<?>> sender = here.connect(server.name(), new MessageType<SubSender<?>>() {
                });
                Subchannel<Integer> first = here.subchannel(Integer.class)) {
            sender.send(first.sender());
            OneShotServer.Accepted<SubSender<?>> accepted = server.accept();
            accepted.first().close();
            try (SubReceiver<SubSender<?>> receiver = accepted.receiver()) {
                openAndClose(here, sender, receiver, SUBCHANNELS / 10);
                Holdings before = Holdings.after(0);
                openAndClose(here, sender, receiver, SUBCHANNELS);
                Holdings.assertNoGrowth(before);
            }
        }
    }

    /** Each has a message that nobody receives; of ten one sends a sender away and back, and one serves. */
    private static void openAndClose(Channel channel, SubSender<SubSender<?>> sender,
            SubReceiver<SubSender<?>> receiver,
            int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            try (Subchannel<Integer> subchannel = channel.subchannel(Integer.class)) {
                subchannel.sender().send(i);
                if (i % 10 == 0) {
                    sender.send(subchannel.sender());
                    try (SubSender<Integer> away = receiver.receive().typed(Integer.class)) {
                        away.send(-i);
                    }
                } else if (i % 10 == 5) {
                    channel.oneShotServer(Integer.class).close();
                }
            }
        }
    }
}
