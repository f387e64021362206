package io.resourcelink.boot.messaging;

import java.nio.file.Path;
import java.time.Duration;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.Received;
import io.resourcelink.error.IpcException;

/** A process without Spring that serves a destination: a channel of its own, and a thread that handles one message after another. */
final class ServedTexts implements AutoCloseable {

    /** Handles a message. */
    interface Handler {

        void handle(Received<String> message) throws Exception;
    }

    final Channel channel;
    private final NamedServer<String> server;
    private final Thread thread;

    ServedTexts(Path directory, String destination, Credits credits, Handler handler) {
        channel = Channel.builder().directory(directory).open();
        server = channel.serve(destination, MessageType.of(String.class), credits);
        thread = Thread.ofVirtual().start(() -> handleAll(handler));
    }

    ServedTexts(Path directory, String destination, Handler handler) {
        this(directory, destination, new Credits(1024, 1 << 20, 64), handler);
    }

    private void handleAll(Handler handler) {
        try {
            while (true) {
                try (Received<String> message = server.receiver().take()) {
                    handler.handle(message);
                }
            }
        } catch (IpcException | IllegalStateException | InterruptedException _) {
            // It was stopped and has handled everything, or it was closed.
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Gives the name up, and waits until everything that was sent before is handled, or the time is over. */
    void drain(Duration timeout) throws InterruptedException {
        server.drain(timeout);
    }

    @Override
    public void close() {
        channel.close();
        thread.interrupt();
    }
}
