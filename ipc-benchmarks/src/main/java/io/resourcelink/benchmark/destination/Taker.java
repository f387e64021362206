package io.resourcelink.benchmark.destination;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.SubscribeOptions;
import io.resourcelink.error.DisconnectedException;

/** A process that takes what it gets: as a subscriber, as a server of its own name, and as one of several consumers. */
final class Taker {

    static final MessageType<Parcel> PARCELS = MessageType.of(Parcel.class);
    static final String TOPIC = "topic";
    private static final Credits CREDITS = new Credits(256, 1L << 30, 256);
    private static final Credits FEW = new Credits(64, 1L << 30, 256);

    /** What is sent: with a payload, or without. */
    record Parcel(int number, @Nullable ResourceLink payload) {}

    private Taker() {}

    /** {@return the name that the taker of a number serves alone} */
    static String single(int number) {
        return "single-" + number;
    }

    /** {@return the name of a queue with so many consumers} */
    static String queue(int consumers) {
        return "queue-" + consumers;
    }

    /** Arguments: the directory of segments, that of channels, the number of this taker. Ends with its input. */
    public static void main(String[] arguments) throws Exception {
        int number = Integer.parseInt(arguments[2]);
        List<NamedServer<Parcel>> servers = new ArrayList<>();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build();
                Channel channel = Channel.builder().directory(Path.of(arguments[1])).segments(factory).open()) {
            servers.add(channel.subscribe(TOPIC, PARCELS, SubscribeOptions.DEFAULT.credits(CREDITS)));
            servers.add(channel.serve(single(number), PARCELS, CREDITS));
            for (int consumers : new int[]{ 1, 4 }) {
                if (number < consumers) {
                    servers.add(channel.serveCompeting(queue(consumers), PARCELS, FEW));
                }
            }
            servers.forEach(server -> Thread.ofPlatform().daemon().start(() -> take(server.receiver())));
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // Until the end.
            }
            servers.forEach(NamedServer::close);
        }
    }

    private static void take(SubReceiver<Parcel> receiver) {
        try {
            for (;;) {
                ResourceLink payload = receiver.receive().payload();
                if (payload != null) {
                    payload.close();
                }
            }
        } catch (DisconnectedException | IllegalStateException | InterruptedException _) {
            // It is over.
        }
    }
}
