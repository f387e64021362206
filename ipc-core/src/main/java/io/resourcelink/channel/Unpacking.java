package io.resourcelink.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.memory.SharedMemory;
import io.resourcelink.os.OpenFile;

/**
 * A message that is being decoded, and what came with it. Each attachment is opened when the message first asks for it, so
 * that a sender nobody has looked at is still in flight. Used by one thread.
 */
final class Unpacking implements Codec.Incoming {

    private final Hub hub;
    private final List<Content> contents;
    private final int numbered;
    private final @Nullable Supplier<byte[]> body;
    private final List<AutoCloseable> given = new ArrayList<>();

    /**
     * @param numbered how many of the contents the message may ask for
     */
    private Unpacking(Hub hub, List<Content> contents, int numbered, @Nullable Supplier<byte[]> body) {
        this.hub = hub;
        this.contents = contents;
        this.numbered = numbered;
        this.body = body;
    }

    /** Something that came along: closed, and then open for good. */
    private static final class Content {

        private final Supplier<AutoCloseable> open;
        private final Runnable discard;
        private @Nullable AutoCloseable handle;
        private boolean used;

        Content(Supplier<AutoCloseable> open, Runnable discard) {
            this.open = open;
            this.discard = discard;
        }

        AutoCloseable handle() {
            if (handle == null) {
                used = true;
                handle = open.get();
            }
            return handle;
        }

        void close() {
            AutoCloseable opened = handle;
            if (opened != null || !used) {
                Unpacking.close(opened == null ? discard::run : opened);
            }
        }
    }

    static Unpacking of(Hub hub, List<AutoCloseable> handles) {
        List<Content> contents = new ArrayList<>(handles.size());
        for (AutoCloseable handle : handles) {
            contents.add(new Content(() -> handle, () -> close(handle)));
        }
        return new Unpacking(hub, contents, contents.size(), null);
    }

    static Unpacking of(Hub hub, Frame.Message message, List<OpenFile> descriptors) {
        List<Content> contents = new ArrayList<>(message.entries().size());
        int next = 0;
        for (Frame.Entry entry : message.entries()) {
            OpenFile file = entry.descriptors() == 0 ? null : descriptors.get(next++);
            contents.add(content(hub, entry, file));
        }
        if (!message.bodyInMemory()) {
            return new Unpacking(hub, contents, contents.size(), message::body);
        }
        OpenFile file = descriptors.get(next);
        Content region = new Content(() -> SharedMemory.received(file, message.bodyLength()), file::close);
        contents.add(region);
        return new Unpacking(hub, contents, contents.size() - 1, () -> ((SharedMemory) region.handle()).toByteArray());
    }

    private static Content content(Hub hub, Frame.Entry entry, @Nullable OpenFile file) {
        return switch (entry) {
            case Frame.Entry.Memory(long size) -> file == null
                    ? new Content(() -> SharedMemory.fromBytes(new byte[0]), () -> {})
                    : new Content(() -> SharedMemory.received(file, size), file::close);
            case Frame.Entry.Link link -> new Content(() -> hub.received(link, present(file)).accept(),
                    () -> hub.discard(link, present(file)));
            case Frame.Entry.Sender sender -> new Content(() -> hub.receive(sender, file),
                    file == null ? () -> {} : file::close);
        };
    }

    private static OpenFile present(@Nullable OpenFile file) {
        if (file == null) {
            throw new AssertionError("The frame was checked to have as many descriptors as it says.");
        }
        return file;
    }

    /** Decodes a message whose body is in it. */
    <T> T decode(MessageType<T> type) {
        if (body == null) {
            throw new AssertionError("This one's body is elsewhere.");
        }
        try {
            return decode(body.get(), type);
        } catch (RuntimeException | Error e) {
            discard();
            throw e;
        }
    }

    @SuppressWarnings("unchecked")
    <T> T decode(byte[] bytes, MessageType<T> type) {
        boolean decoded = false;
        try {
            T message = type.type() == byte[].class ? (T) bytes : hub.codec().decode(bytes, type, this);
            decoded = true;
            return message;
        } catch (MessageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MessageException("A message could not be decoded as " + type + ": " + e.getMessage(), e);
        } finally {
            if (!decoded) {
                closeAll(given);
            }
            discard();
        }
    }

    /** Closes everything that nobody has asked for. */
    void discard() {
        contents.forEach(Content::close);
        contents.clear();
    }

    @Override
    public SharedMemory memory(int number) {
        return give(handle(number, SharedMemory.class, "region").retain());
    }

    @Override
    public ResourceLink link(int number) {
        return give(handle(number, ResourceLink.class, "link").retain());
    }

    @Override
    public <T> SubSender<T> sender(int number, MessageType<T> type) {
        SubSender<?> sender = handle(number, SubSender.class, "sender");
        return give(sender.retain().typed(type));
    }

    private <H extends AutoCloseable> H handle(int number, Class<H> kind, String name) {
        AutoCloseable handle = number < 0 || number >= numbered ? null : contents.get(number).handle();
        if (!kind.isInstance(handle)) {
            throw new MessageException("The message carries no " + name + " number " + number + ": of its "
                    + numbered + " attachments that is " + (handle == null ? "none" : "another kind")
                    + ". Do both sides use the same message type and codec?", null);
        }
        return kind.cast(handle);
    }

    private <H extends AutoCloseable> H give(H handle) {
        given.add(handle);
        return handle;
    }

    static void closeAll(List<? extends AutoCloseable> handles) {
        handles.forEach(Unpacking::close);
    }

    private static void close(AutoCloseable handle) {
        try {
            handle.close();
        } catch (IpcException | IllegalStateException _) {
            // A link whose factory is closed, or whose directory is gone: what was to be given up is.
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("Handles close without checked exceptions.", e);
        }
    }

}
