package io.resourcelink.channel;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/**
 * A process that subscribes to frames, and holds one. Argument: a directory. Says {@code ready}. Each line has it receive a frame, in place
 * of the one that it has, read all of its payload, and say the sum of it.
 */
final class HoldingPeer {

    static final String FRAMES = "frames";
    static final MessageType<Frame> FRAME = MessageType.of(Frame.class);

    record Frame(ResourceLink link) {}

    private HoldingPeer() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory.resolve("segments"))
                .build();
                Channel channel = Channel.builder().directory(directory.resolve("channels")).segments(factory).open();
                NamedServer<Frame> server = channel.subscribe(FRAMES, FRAME, SubscribeOptions.DEFAULT)) {
            System.out.println("ready");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            ResourceLink held = null;
            while (in.readLine() != null) {
                if (held != null) {
                    held.close();
                }
                held = server.receiver().receive().link();
                System.out.println(sum(held.payload()));
            }
            if (held != null) {
                held.close();
            }
        }
    }

    static long sum(MemorySegment payload) {
        long sum = 0;
        for (long at = 0; at < payload.byteSize(); at++) {
            sum += payload.get(ValueLayout.JAVA_BYTE, at);
        }
        return sum;
    }
}
