package io.resourcelink.channel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ClassFiles;
import io.resourcelink.ResourceLink;
import io.resourcelink.error.IpcException;
import io.resourcelink.memory.SharedMemory;

/**
 * The other process of a test about faults: does what its standard input says, a line at a time, and answers each with a
 * line. It has one receiver at most, and any number of senders.
 */
final class FaultPeer {

    record Note(int number, String text) {}

    record Parcels(int number, List<SharedMemory> memory, List<SubSender<Note>> senders) {}

    private final Channel channel;
    private final Path directory;
    private final List<SubSender<Parcels>> senders = new ArrayList<>();
    private final List<Object> kept = new ArrayList<>();
    private @Nullable OneShotServer<Parcels> server;
    private @Nullable SubReceiver<Parcels> receiver;

    private FaultPeer(Channel channel, Path directory) {
        this.channel = channel;
        this.directory = directory;
    }

    public static void main(String[] arguments) throws Exception {
        Credits credits = arguments.length < 2
                ? Credits.DEFAULT
                : new Credits(Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]),
                        Integer.parseInt(arguments[3]));
        loadClasses();
        try (Channel channel = Channel.builder().directory(Path.of(arguments[0])).credits(credits).open();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            FaultPeer peer = new FaultPeer(channel, Path.of(arguments[0]));
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(peer.answer(line.split(" ", 3)));
            }
        }
    }

    /** Loads what may be needed when there is no descriptor left to load it with, if it lies in no jar here. */
    private static void loadClasses() throws IOException, ReflectiveOperationException {
        for (String name : ClassFiles.below(ResourceLink.class)) {
            Class.forName(name);
        }
    }

    private String answer(String[] words) throws Exception {
        try {
            return switch (words[0]) {
                case "serve" -> serve();
                case "accept" -> accept();
                case "connect" -> {
                    senders.add(channel.connect(words[1], Parcels.class));
                    yield "ok";
                }
                case "receive" -> receive(Integer.parseInt(words[1]));
                case "send" -> send(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                case "release" -> {
                    kept.forEach(FaultPeer::close);
                    kept.clear();
                    yield "ok";
                }
                case "answer" -> {
                    senderKept().send(new Note(Integer.parseInt(words[1]), "answer"));
                    yield "ok";
                }
                case "fill" -> fill(Integer.parseInt(words[1]));
                case "open" -> {
                    Channel.builder().directory(directory).open().close();
                    yield "ok";
                }
                case "close" -> {
                    receiver().close();
                    yield "ok";
                }
                default -> "what?";
            };
        } catch (IpcException | IllegalStateException | IOException e) {
            return e.getClass().getSimpleName() + ": " + String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }

    private String serve() {
        OneShotServer<Parcels> opened = channel.oneShotServer(Parcels.class);
        server = opened;
        return opened.name();
    }

    private String accept() throws InterruptedException {
        if (server == null) {
            throw new IllegalStateException("Nobody serves.");
        }
        OneShotServer.Accepted<Parcels> accepted = server.accept();
        receiver = accepted.receiver();
        return keep(accepted.first());
    }

    private SubReceiver<Parcels> receiver() {
        if (receiver == null) {
            throw new IllegalStateException("Nothing was accepted.");
        }
        return receiver;
    }

    /** Receives so many messages; answers the sum of their numbers, or the first failure. */
    private String receive(int count) throws InterruptedException {
        String last = "nothing";
        for (int i = 0; i < count; i++) {
            Parcels got = receiver().receive(Duration.ofSeconds(30)).orElse(null);
            if (got == null) {
                return "nothing more after " + i;
            }
            last = keep(got);
        }
        return last;
    }

    private String keep(Parcels got) {
        kept.addAll(got.memory());
        kept.addAll(got.senders());
        return String.valueOf(got.number());
    }

    private SubSender<Note> senderKept() {
        return kept.stream().filter(SubSender.class::isInstance)
                .map(sender -> ((SubSender<?>) sender).typed(Note.class))
                .findFirst().orElseThrow();
    }

    /** Sends a message with a number and that many regions over every sender. */
    private String send(int number, int regions) throws InterruptedException {
        List<SharedMemory> memory = new ArrayList<>();
        try {
            for (int i = 0; i < regions; i++) {
                memory.add(SharedMemory.fromByte((byte) i, 1 + i));
            }
            for (SubSender<Parcels> sender : senders) {
                sender.send(new Parcels(number, memory, List.of()));
            }
            return "ok";
        } finally {
            memory.forEach(SharedMemory::close);
        }
    }

    /** Opens files until only so many descriptors are left, or closes what was opened if the number is negative. */
    private String fill(int left) throws IOException {
        if (left < 0) {
            kept.forEach(FaultPeer::close);
            kept.clear();
            return "ok";
        }
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            for (;;) {
                opened.add(Files.newInputStream(Path.of("/dev/null")));
            }
        } catch (IOException _) {
            for (int i = 0; i < left; i++) {
                close(opened.removeLast());
            }
        }
        kept.addAll(opened);
        return "ok";
    }

    private static void close(Object something) {
        try {
            ((AutoCloseable) something).close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return how many descriptors a process has open} */
    static long descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.count();
        }
    }
}
