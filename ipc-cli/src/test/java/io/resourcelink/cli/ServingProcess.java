package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.resourcelink.PeerProcess;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Codec;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;

/** A process that serves a destination until its standard input ends. */
final class ServingProcess {

    private ServingProcess() {}

    /** Starts one on a directory of channels, and waits until it serves. */
    static PeerProcess start(Path channels, String destination, String... further) throws IOException {
        String[] arguments = new String[further.length + 2];
        arguments[0] = channels.toString();
        arguments[1] = destination;
        System.arraycopy(further, 0, arguments, 2, further.length);
        PeerProcess process = PeerProcess.start(ServingProcess.class, List.of(), arguments);
        process.expect("ready");
        return process;
    }

    public static void main(String[] arguments) throws IOException {
        try (Channel channel = channel(Path.of(arguments[0]));
                NamedServer<byte[]> _ = channel.serve(arguments[1], byte[].class)) {
            System.out.println("ready");
            System.in.transferTo(System.err);
        }
    }

    /** Opens a channel for bytes. */
    static Channel channel(Path directory) {
        return Channel.builder().directory(directory).codec(bytes()).open();
    }

    /** Returns a codec for a channel that sends nothing but bytes. */
    static Codec bytes() {
        return new Codec() {
            @Override
            public byte[] encode(Object message, MessageType<?> type, Outgoing attachments) {
                throw new AssertionError("Bytes are not encoded.");
            }

            @Override
            public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
                throw new AssertionError("Bytes are not decoded.");
            }
        };
    }
}
