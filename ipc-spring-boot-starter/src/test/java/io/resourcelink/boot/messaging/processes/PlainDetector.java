package io.resourcelink.boot.messaging.processes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.SendOptions;

/** Handles frames without Spring, until it is killed. It writes the number of each message beside the number of the frame. */
final class PlainDetector {

    private static final MessageType<Integer> REPLY = MessageType.of(Integer.class);

    private PlainDetector() {}

    static void main(String[] arguments) throws Exception {
        try (Journal journal = new Journal(Path.of(Applications.property(arguments, "test.journal")));
                ResourceLinkFactory segments = ResourceLinkFactory.builder()
                        .directory(Path.of(Applications.property(arguments, "ipc.directory"))).build();
                Channel channel = Channel.builder()
                        .directory(Path.of(Applications.property(arguments, "ipc.channels.directory")))
                        .segments(segments).open();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            for (String destination : List.of("frames.0", "frames.1", "frames.2", "requests")) {
                NamedServer<Frame> server = channel.serve(destination, Frame.class);
                threads.execute(() -> serve(server, journal));
            }
            journal.write("started");
        }
    }

    private static void serve(NamedServer<Frame> server, Journal journal) {
        try (server) {
            for (;;) {
                try (Received<Frame> received = server.receiver().take()) {
                    Frame frame = received.message();
                    journal.write("begun", frame.id(), received.number());
                    frame.work(Duration.ofMillis(1));
                    journal.write("handled", frame.id(), received.number());
                    if (received.wantsReply()) {
                        received.reply(frame.id(), REPLY, SendOptions.DEFAULT);
                    }
                }
            }
        } catch (Throwable e) {
            journal.write("error", e);
        }
    }
}
