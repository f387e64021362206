package io.resourcelink.channel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Content;
import io.resourcelink.Deadline;
import io.resourcelink.NothingLeft;
import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.HoldingPeer.Frame;

import static org.assertj.core.api.Assertions.assertThat;

/** What the kernel says about the memory of a payload that eight processes hold at the same time. */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(120)
class TopicMemoryIT {

    private static final int SUBSCRIBERS = 8;
    private static final int PAYLOAD = 4 << 20;
    /** What goes with a payload: its header, and the pages that each number is rounded to. */
    private static final long LITTLE = 64 << 10;

    @Test
    void eightProcessesHoldOnePayloadInTheMemoryOfOne(Path directory) throws Exception {
        Path segments = directory.resolve("segments");
        List<PeerProcess> subscribers = new ArrayList<>();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(segments).build();
                Channel channel = Channel.builder().directory(directory.resolve("channels")).segments(factory).open();
                Publisher<Frame> publisher = channel.publisher(HoldingPeer.FRAMES, HoldingPeer.FRAME)) {
            for (int i = 0; i < SUBSCRIBERS; i++) {
                subscribers.add(subscriber(directory));
            }
            // A small one first: what a process needs once for everything is not the payload's.
            publish(factory, publisher, subscribers, 10);
            List<Memory> before = memories(subscribers, segments);
            assertThat(blocks(segments)).as("blocks of small segments").isLessThan(LITTLE);

            publish(factory, publisher, subscribers, PAYLOAD);
            List<Memory> during = memories(subscribers, segments);
            long blocks = blocks(segments);
            long shares = during.stream().mapToLong(Memory::share).sum();
            long grown = 0;
            for (int i = 0; i < SUBSCRIBERS; i++) {
                grown += during.get(i).privately() - before.get(i).privately();
            }
            System.out.println("Payload " + PAYLOAD + ", held by " + SUBSCRIBERS
                    + " processes: blocks of the directory "
                    + blocks + ", sum of the processes' shares (Pss) " + shares + ", private memory grown by " + grown
                    + " in all; " + during);
            assertThat(during).as("each process has all of it").allMatch(memory -> memory.mapped() >= PAYLOAD);
            assertThat(blocks).as("blocks of the directory").isBetween((long) PAYLOAD, PAYLOAD + LITTLE);
            assertThat(shares).as("sum of the shares").isBetween(PAYLOAD - LITTLE, PAYLOAD + LITTLE);
            assertThat(during).as("memory of files without a name").allMatch(memory -> memory.nameless() < LITTLE);
            assertThat(grown).as("private memory of all processes").isLessThan(SUBSCRIBERS * PAYLOAD / 4);

            publish(factory, publisher, subscribers, 10);
            assertThat(factory.list()).hasSize(1);
        } finally {
            subscribers.forEach(PeerProcess::close);
        }
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(segments).build()) {
            Deadline.awaitTrue("nothing is left", () -> factory.list().isEmpty());
        }
    }

    private static PeerProcess subscriber(Path directory) throws IOException {
        List<String> command = new ArrayList<>(PeerProcess.java(HoldingPeer.class));
        // A heap that has all of its pages from the start does not grow when it is used.
        command.replaceAll(option -> option.startsWith("-Xmx") ? "-Xmx16m" : option);
        command.addAll(1, List.of("-Xms16m", "-XX:+AlwaysPreTouch"));
        command.add(directory.toString());
        PeerProcess subscriber = PeerProcess.start(command);
        subscriber.expect("ready");
        return subscriber;
    }

    /** Publishes a payload, and has all subscribers hold it, and nothing else. This process does not. */
    private static void publish(ResourceLinkFactory factory, Publisher<Frame> publisher, List<PeerProcess> subscribers,
            int size) throws InterruptedException {
        ResourceLink link = factory.publish(Content.filling(size, payload -> payload.fill((byte) 1)));
        assertThat(publisher.publish(new Frame(link), SendOptions.DEFAULT.handingOver()).reached())
                .isEqualTo(SUBSCRIBERS);
        for (PeerProcess subscriber : subscribers) {
            assertThat(subscriber.ask("next")).isEqualTo(String.valueOf(size));
        }
    }

    private static List<Memory> memories(List<PeerProcess> processes, Path segments) throws IOException {
        List<Memory> memories = new ArrayList<>();
        for (PeerProcess process : processes) {
            memories.add(Memory.of(process.pid(), segments));
        }
        return memories;
    }

    /** {@return the memory that the file system has given to all files of a directory, in bytes} */
    private static long blocks(Path directory) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("stat", "--format=%b %B"));
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(Files::isRegularFile).forEach(file -> command.add(file.toString()));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).as(lines).isZero();
        return lines.lines().map(line -> line.split(" ", 2))
                .mapToLong(words -> Long.parseLong(words[0]) * Long.parseLong(words[1])).sum();
    }

    /**
     * The memory of a process, in bytes, as proc_pid_smaps(5) tells.
     *
     * @param mapped the pages of segments that it has mapped
     * @param share its share of them: each page divided by the number of processes that have it mapped
     * @param nameless the pages of files without a name
     * @param privately the pages that only this process has
     */
    private record Memory(long mapped, long share, long nameless, long privately) {

        static Memory of(long pid, Path segments) throws IOException {
            long mapped = 0;
            long share = 0;
            long nameless = 0;
            long privately = 0;
            String name = "";
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"))) {
                if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                    name = line;
                }
                boolean segment = name.contains(segments.toString());
                mapped += segment ? value(line, "Rss:") : 0;
                share += segment ? value(line, "Pss:") : 0;
                nameless += name.contains("/memfd:") ? value(line, "Rss:") : 0;
                privately += segment ? 0 : value(line, "Private_Clean:") + value(line, "Private_Dirty:");
            }
            return new Memory(mapped, share, nameless, privately);
        }

        private static long value(String line, String field) {
            return line.startsWith(field)
                    ? Long.parseLong(line.substring(field.length()).replace("kB", "").strip()) * 1024
                    : 0;
        }
    }
}
