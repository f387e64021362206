package io.resourcelink.channel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Deadline;
import io.resourcelink.PeerProcess;
import io.resourcelink.error.IpcException;
import io.resourcelink.memory.SharedMemory;

/**
 * The other process of a test: has one channel, and does what its standard input says, a line at a time, and answers each
 * with a line. Ends with its input, leaving everything to the kernel.
 */
final class ChannelPeer {

    private final Channel channel;
    private final OneShotServer<Carrier> server;
    private final Deque<SubSender<Integer>> senders = new ArrayDeque<>();
    private final Deque<Subchannel<Integer>> own = new ArrayDeque<>();
    private @Nullable SubReceiver<Carrier> arrivals;
    private @Nullable SubSender<Carrier> contact;

    /** What goes to a peer, and comes from it. */
    record Carrier(List<SubSender<Integer>> senders, List<SharedMemory> regions) {

        static Carrier of(SubSender<Integer> sender) {
            return new Carrier(List.of(sender), List.of());
        }
    }

    private ChannelPeer(Path directory) {
        this.channel = Channel.builder().directory(directory).open();
        this.server = channel.oneShotServer(Carrier.class);
    }

    /** Starts one on a directory of channels. The first line that it writes is its server's name. */
    static PeerProcess start(Path directory, String... arguments) throws IOException {
        String[] all = new String[arguments.length + 1];
        all[0] = directory.toString();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return PeerProcess.start(ChannelPeer.class, List.of(), all);
    }

    /** With a server's name as second argument: connects, sends a 42 and ends. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 1) {
            try (Channel channel = Channel.builder().directory(Path.of(arguments[0])).open();
                    SubSender<Integer> sender = channel.connect(arguments[1], Integer.class)) {
                sender.send(42);
            }
            return;
        }
        ChannelPeer peer = new ChannelPeer(Path.of(arguments[0]));
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(peer.server.name());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(peer.answer(line.split(" ", 2)));
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private String answer(String[] words) throws InterruptedException {
        try {
            return switch (words[0]) {
                case "accept" -> {
                    OneShotServer.Accepted<Carrier> accepted = server.accept();
                    arrivals = accepted.receiver();
                    yield keep(accepted.first());
                }
                case "serve" -> {
                    arrivals = channel.serve(words[1], Carrier.class).receiver();
                    yield "ok";
                }
                case "receive" -> keep(arrivals().receive());
                case "await" -> {
                    Deadline.awaitTrue("messages come", () -> arrivals().size() >= Integer.parseInt(words[1]));
                    yield "ok";
                }
                case "send" -> {
                    senders.element().send(Integer.parseInt(words[1]));
                    yield "ok";
                }
                case "close" -> {
                    senders.remove().close();
                    yield "ok";
                }
                case "connect" -> {
                    contact = channel.connect(words[1], Carrier.class);
                    yield "ok";
                }
                case "offer" -> {
                    own.push(channel.subchannel(Integer.class));
                    try (SubSender<Integer> sender = own.element().sender()) {
                        contact().send(Carrier.of(sender));
                    }
                    yield "ok";
                }
                case "take" -> own.element().receiver().receive(Duration.ofSeconds(30)).map(String::valueOf)
                        .orElse("nothing");
                case "echo" -> {
                    echo();
                    yield "ok";
                }
                default -> "what?";
            };
        } catch (IpcException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private String keep(Carrier carrier) {
        senders.addAll(carrier.senders());
        carrier.regions().forEach(SharedMemory::close);
        return "ok";
    }

    /** Sends back the regions of the next message, and behind them one that it makes. */
    private void echo() throws InterruptedException {
        List<SharedMemory> regions = arrivals().receive().regions();
        try (SharedMemory fresh = SharedMemory.fromByte((byte) 80, 100_000)) {
            for (SharedMemory region : regions) {
                contact().send(new Carrier(List.of(), List.of(region, fresh)));
                region.close();
            }
        }
    }

    private SubReceiver<Carrier> arrivals() {
        if (arrivals == null) {
            throw new IllegalStateException("accept first");
        }
        return arrivals;
    }

    private SubSender<Carrier> contact() {
        if (contact == null) {
            throw new IllegalStateException("connect first");
        }
        return contact;
    }
}
