package io.resourcelink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.OneShotServer;
import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.MessageException;
import io.resourcelink.segment.ResourceLinkInfo;

import static org.assertj.core.api.Assertions.assertThat;

/** This process, which holds a segment and receives links while others are killed one after the other. Used by one thread. */
final class Survivor implements KilledAtEachCallIT.Witness {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final ResourceLinkFactory factory;
    private final Channel channel;
    private final ResourceLink held;
    private final List<String> sockets;
    private int sweptAgain;

    Survivor(Path directory) throws IOException {
        this.directory = Files.createDirectory(directory);
        factory = ResourceLinkFactory.builder().directory(KilledLife.segments(directory)).build();
        held = factory.publish(KilledLife.HELD, KilledLife.content(7));
        channel = KilledLife.channel(directory, factory);
        sockets = files("channels");
    }

    @Override
    public int outlive(int point) throws Exception {
        int points;
        try (OneShotServer<ResourceLink> server = channel.oneShotServer(ResourceLink.class)) {
            List<String> lines = live(server.name(), point);
            boolean connected = lines.contains(KilledLife.CONNECTED);
            points = lines.stream().filter(line -> line.startsWith("points ")).findAny()
                    .map(line -> Integer.parseInt(line.substring("points ".length()))).orElse(-1);
            boolean received = connected && receives(server);
            assertThat(received || points < 0).as("whether the link came").isTrue();
        }
        KilledLife.check(held, 7);
        awaitCount(held);
        factory.collectOrphans(Duration.ZERO);
        keptIsWhole();
        if (!files("segments").equals(List.of(KilledLife.HELD))) {
            sweepAgain();
        }
        assertThat(factory.list()).extracting(ResourceLinkInfo::key).containsExactly(KilledLife.HELD);
        assertThat(files("segments")).containsExactly(KilledLife.HELD);
        KilledLife.channel(directory, factory).close();
        assertThat(files("channels")).isEqualTo(sockets);
        return points;
    }

    private List<String> live(String server, int point) throws Exception {
        List<String> command = new ArrayList<>(PeerProcess.java(KilledLife.class));
        command.replaceAll(option -> option.startsWith("-Xmx") ? "-Xmx64m" : option);
        command.addAll(List.of(directory.toString(), server, Integer.toString(point)));
        try (PeerProcess process = PeerProcess.start(command)) {
            List<String> lines = process.rest();
            assertThat(process.waitFor()).as("how it ended").isIn(0, 128 + 9);
            return lines;
        }
    }

    /** Whether a link has come. If so, its segment is whole, and held by this process alone. */
    private boolean receives(OneShotServer<ResourceLink> server) throws InterruptedException {
        Optional<OneShotServer.Accepted<ResourceLink>> accepted;
        try {
            accepted = server.accept(PATIENCE);
        } catch (DisconnectedException | MessageException _) {
            return false;
        }
        OneShotServer.Accepted<ResourceLink> first = accepted.orElseThrow(
                () -> new AssertionError("Neither a link has come, nor the end of the sender."));
        try (var _ = first.receiver(); ResourceLink gift = first.first()) {
            KilledLife.check(gift, 4);
            assertThat(gift.key()).isEqualTo(KilledLife.GIFT);
            awaitCount(gift);
        }
        return true;
    }

    /**
     * Waits until this process is the only holder. A dead process's mappings, and so its locks, are there for as long as another
     * process reads of them in /proc.
     */
    private static void awaitCount(ResourceLink link) {
        Deadline.awaitTrue("this process alone holds " + link.key(), () -> link.refcount() == 1);
    }

    /** For the same reason; counted, because it must be rare. */
    private void sweepAgain() {
        sweptAgain++;
        Deadline.awaitTrue("a sweep takes what is left", () -> {
            factory.collectOrphans(Duration.ZERO);
            keptIsWhole();
            return factory.list().size() == 1;
        });
    }

    @Override
    public int sweptAgain() {
        return sweptAgain;
    }

    /** What was to outlive its process is whole, if it is there. */
    private void keptIsWhole() {
        factory.tryAcquire(KilledLife.KEPT).ifPresent(kept -> {
            try (kept) {
                KilledLife.check(kept, 5);
            }
            factory.remove(KilledLife.KEPT);
        });
    }

    private List<String> files(String name) throws IOException {
        return SharedMemoryDirectory.files(directory.resolve(name));
    }

    @Override
    public void close() {
        channel.close();
        held.close();
        factory.close();
    }
}
