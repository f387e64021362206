package io.resourcelink.channel.jackson;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.SubSender;
import io.resourcelink.memory.SharedMemory;

/** Something to attach: one instance after the other, which no test looks into. */
final class Specimen {

    /** Its channel is closed, which does not matter as long as nobody sends. */
    private static final SubSender<byte[]> SENDER = senderOfClosedChannel();

    private Specimen() {}

    static SharedMemory memory() {
        return SharedMemory.fromBytes(new byte[0]);
    }

    @SuppressWarnings("unchecked")
    static <T> SubSender<T> sender() {
        return SENDER.retain().typed((MessageType<T>) MessageType.of(Object.class));
    }

    private static SubSender<byte[]> senderOfClosedChannel() {
        try {
            Path directory = Files.createTempDirectory("specimen");
            try (Channel channel = Channel.builder().directory(directory).open()) {
                return channel.bytes().sender();
            } finally {
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
