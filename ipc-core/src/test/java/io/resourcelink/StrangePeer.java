package io.resourcelink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.os.PacketPair;
import io.resourcelink.internal.os.PacketSocket;

import static io.resourcelink.Attempts.present;

/** A peer that sends a socket to every channel, and nothing else. */
final class StrangePeer {

    private StrangePeer() {}

    /** Sends one to each, and waits until it is cut off. */
    static void visit(Path channels) throws IOException {
        try (Stream<Path> names = Files.list(channels); Directory directory = Directory.open(channels, 0700)) {
            for (Path name : names.filter(path -> !path.getFileName().toString().startsWith("@")).toList()) {
                visit(directory, name.getFileName().toString());
            }
        }
    }

    private static void visit(Directory directory, String name) {
        List<PacketSocket> sockets = PacketPair.open();
        try (PacketSocket one = sockets.getFirst();
                PacketSocket other = sockets.getLast();
                PacketSocket connection = present("a connection", PacketSocket.connect(directory, name));
                Packet packet = new Packet()) {
            other.shutdown();
            connection.send(packet, 1, List.of(one.file()));
            Deadline.awaitTrue("it is cut off", () -> isOver(connection, packet));
        }
    }

    private static boolean isOver(PacketSocket connection, Packet packet) {
        return connection.receive(packet, null) instanceof PacketSocket.Received.Ended;
    }
}
