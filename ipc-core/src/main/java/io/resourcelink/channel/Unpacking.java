package io.resourcelink.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.memory.SharedMemory;

/**
 * A message that is being decoded, and what came with it. Each attachment is opened when the message first asks for it, so
 * that a sender nobody has looked at is still in flight. Used by one thread.
 */
final class Unpacking implements Codec.Incoming, AutoCloseable {

    private final Hub hub;
    private final List<Content> contents;
    private final int numbered;
    private final Supplier<byte[]> body;
    private final List<AutoCloseable> given = new ArrayList<>();

    /**
     * @param numbered how many of the contents the message may ask for
     */
    private Unpacking(Hub hub, List<Content> contents, int numbered, Supplier<byte[]> body) {
        this.hub = hub;
        this.contents = contents;
        this.numbered = numbered;
        this.body = body;
    }

    /** Something that came along: closed, and then open for good. */
    private static final class Content implements AutoCloseable {

        private final Supplier<AutoCloseable> open;
        private final Runnable discard;
        private @Nullable AutoCloseable handle;
        private boolean used;
        private boolean given;

        Content(Supplier<AutoCloseable> open, Runnable discard) {
            this.open = open;
            this.discard = discard;
        }

        AutoCloseable handle() {
            if (handle == null) {
                if (used) {
                    throw new MessageException("Something that the message carries could not be opened before.", null);
                }
                used = true;
                handle = open.get();
            }
            return handle;
        }

        @Override
        public void close() {
            AutoCloseable opened = handle;
            if (!given && (opened != null || !used)) {
                Unpacking.close(opened == null ? discard::run : opened);
            }
        }
    }

    /** One that has neither a body nor anything else, because it could not be taken in. */
    static Unpacking broken(Hub hub, IpcException failure) {
        return new Unpacking(hub, new ArrayList<>(), 0, () -> {
            throw failure;
        });
    }

    static Unpacking of(Hub hub, byte[] body, List<AutoCloseable> handles) {
        List<Content> contents = new ArrayList<>(handles.size());
        for (AutoCloseable handle : handles) {
            contents.add(new Content(() -> handle, () -> close(handle)));
        }
        return new Unpacking(hub, contents, contents.size(), () -> body);
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
        Content region = new Content(() -> received(file, message.bodyLength()), file::close);
        contents.add(region);
        return new Unpacking(hub, contents, contents.size() - 1, () -> ((SharedMemory) region.handle()).toByteArray());
    }

    private static SharedMemory received(OpenFile file, long size) {
        return Region.DOOR.outside(Region.received(file, size), SharedMemory.class);
    }

    private static Content content(Hub hub, Frame.Entry entry, @Nullable OpenFile file) {
        return switch (entry) {
            case Frame.Entry.Memory(long size) -> file == null
                    ? new Content(() -> SharedMemory.fromBytes(new byte[0]), () -> {})
                    : new Content(() -> received(file, size), file::close);
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

    /**
     * Decodes the message for a receiver that closes what it carries. Everything that the message does not have is closed.
     *
     * @throws MessageException if the message carries something that nothing in it has taken
     */
    <T> T open(MessageType<T> type) {
        boolean opened = false;
        try {
            T message = decodeAll(type);
            opened = true;
            return message;
        } finally {
            if (opened) {
                discard();
            } else {
                close();
            }
        }
    }

    /** Decodes the message. What it takes stays open until this is closed. */
    <T> T decodeAll(MessageType<T> type) {
        T message = decode(type);
        for (int number = 0; number < numbered; number++) {
            if (!contents.get(number).given) {
                throw new MessageException("The message carries " + numbered
                        + " regions, links and senders, and number "
                        + number + " of them has no place in " + type
                        + ". Each needs a component or property of its own"
                        + " type, under the same name on both sides; one of type Object, or a Map of them, is no place.",
                        null);
            }
        }
        return message;
    }

    /** Decodes the message as a type that need not take everything. What it takes stays open until this is closed. */
    @SuppressWarnings("unchecked")
    <T> T decode(MessageType<T> type) {
        byte[] bytes = body.get();
        try {
            return type.type() == byte[].class ? (T) bytes : hub.codec().decode(bytes, type, this);
        } catch (MessageException e) {
            throw e;
        } catch (Throwable e) {
            // A user's constructor, an enum that cannot be initialized, the heap: each costs this message alone.
            throw new MessageException("A message could not be decoded as " + type + ": " + e, e);
        }
    }

    /** Closes everything that was given, and everything that nobody has asked for. Idempotent. */
    @Override
    public void close() {
        try {
            closeAll(given);
        } finally {
            given.clear();
            discard();
        }
    }

    /** Closes everything that nobody has asked for. */
    void discard() {
        try {
            closeAll(contents);
        } finally {
            contents.clear();
        }
    }

    @Override
    public SharedMemory memory(int number) {
        return take(number, SharedMemory.class, "region", SharedMemory::retain);
    }

    @Override
    public ResourceLink link(int number) {
        return take(number, ResourceLink.class, "link", ResourceLink::retain);
    }

    @Override
    public <T> SubSender<T> sender(int number, MessageType<T> type) {
        SubSender<?> taken = take(number, SubSender.class, "sender", sender -> sender.retain());
        return taken.typed(type);
    }

    /** The first who asks gets the handle that came, others one of their own. */
    private <H extends AutoCloseable> H take(int number, Class<H> kind, String name, UnaryOperator<H> retain) {
        H handle = handle(number, kind, name);
        Content content = contents.get(number);
        H taken = content.given ? retain.apply(handle) : handle;
        content.given = true;
        given.add(taken);
        return taken;
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

    /** Closes all of them, whatever fails. */
    static void closeAll(List<? extends AutoCloseable> handles) {
        Closing.each(handles, Unpacking::close);
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
