package app;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Subchannel;
import io.resourcelink.memory.SharedMemory;

/** Shares a segment and sends memory over a channel. Prints what has arrived. The argument is the segments' directory. */
final class Application {

    private Application() {}

    record Picture(String name, SharedMemory pixels) {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink created = factory.create("created", 1);
                ResourceLink published = factory.publish("published",
                        Content.of("hello".getBytes(StandardCharsets.UTF_8)));
                ResourceLink acquired = factory.acquire("published")) {
            System.out.println(created.key() + " " + published.refcount() + " "
                    + new String(acquired.readPayload(0, 5), StandardCharsets.UTF_8));
        }
        try (Channel channel = Channel.builder().directory(directory.resolve("channels")).open();
                Subchannel<Picture> pictures = channel.subchannel(Picture.class);
                SharedMemory pixels = SharedMemory.fromBytes(new byte[]{ 3, 99, 7 })) {
            pictures.sender().send(new Picture("first", pixels));
            Picture received = pictures.receiver().receive();
            try (SharedMemory memory = received.pixels()) {
                System.out.println(received.name() + " " + memory.size() + " " + memory.toByteArray()[1]);
            }
        }
    }
}
