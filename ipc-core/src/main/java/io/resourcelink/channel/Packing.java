package io.resourcelink.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.resourcelink.ResourceLink;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.memory.SharedMemory;

/**
 * A message that is encoded, and what it carries, which is still its sender's. The senders it carries are counted once more
 * until it is closed: if one is closed meanwhile, its receiver is not told before this has been sent. Used by one thread.
 */
final class Packing implements Codec.Outgoing, AutoCloseable {

    /** All that fit into a packet, and the body's region. */
    private static final int MAX_CARRIED = Packet.MAX_DESCRIPTORS - 1;

    private static final byte[] NO_BODY = {};

    private final List<AutoCloseable> carried = new ArrayList<>();
    private final List<Target> joined = new ArrayList<>();
    private final boolean owned;
    private byte[] body = NO_BODY;

    private Packing(boolean owned) {
        this.owned = owned;
    }

    /**
     * Encodes a message.
     *
     * @param keep whether the bytes are kept, so that the sender must not be able to change them any more
     */
    static Packing of(Hub hub, Object message, MessageType<?> type, boolean keep) {
        return of(hub, message, type, keep, false);
    }

    /**
     * Encodes a message.
     *
     * @param keep whether the bytes are kept, so that the sender must not be able to change them any more
     * @param owned whether what the message carries is closed with this, also if it could not be encoded to the end
     */
    static Packing of(Hub hub, Object message, MessageType<?> type, boolean keep, boolean owned) {
        Objects.requireNonNull(message, "message");
        Packing packing = new Packing(owned);
        if (type.type() == byte[].class) {
            byte[] bytes = (byte[]) message;
            packing.body = keep ? bytes.clone() : bytes;
            return packing;
        }
        boolean packed = false;
        try {
            packing.body = hub.codec().encode(message, type, packing);
            packed = true;
            return packing;
        } catch (IpcException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MessageException("A message of type " + type + " could not be encoded: " + e.getMessage(), e);
        } finally {
            if (!packed) {
                packing.close();
            }
        }
    }

    byte[] body() {
        return body;
    }

    List<AutoCloseable> carried() {
        return carried;
    }

    @Override
    public int add(SharedMemory memory) {
        for (int i = 0; i < carried.size(); i++) {
            if (carried.get(i) instanceof SharedMemory other && other.sameMemoryAs(memory)) {
                return i;
            }
        }
        return append(memory);
    }

    @Override
    public int add(ResourceLink link) {
        return appendOnce(link);
    }

    @Override
    public int add(SubSender<?> sender) {
        Target target = sender.target();
        if (!target.tryJoin()) {
            throw new IllegalStateException("The sender is closed.");
        }
        joined.add(target);
        return appendOnce(sender);
    }

    @SuppressWarnings("ReferenceEquality") // Two links to one segment are two references.
    private int appendOnce(AutoCloseable attachment) {
        for (int i = 0; i < carried.size(); i++) {
            if (carried.get(i) == attachment) {
                return i;
            }
        }
        return append(attachment);
    }

    private int append(AutoCloseable attachment) {
        if (carried.size() == MAX_CARRIED) {
            throw new MessageException("A message carries at most " + MAX_CARRIED
                    + " regions, links and senders. Send several messages, or one larger region.", null);
        }
        carried.add(attachment);
        return carried.size() - 1;
    }

    /** How many descriptors it takes to send what is carried. */
    int descriptors() {
        int count = 0;
        for (Object attachment : carried) {
            count += attachment instanceof SharedMemory memory && memory.isEmpty() ? 0 : 1;
        }
        return count;
    }

    /** Handles of its own to everything that is carried, for a message that stays in this process. */
    List<AutoCloseable> copies() {
        List<AutoCloseable> copies = new ArrayList<>(carried.size());
        try {
            for (Object attachment : carried) {
                copies.add(switch (attachment) {
                    case SharedMemory memory -> {
                        Region.DOOR.inside(memory).seal();
                        yield memory.retain();
                    }
                    case ResourceLink link -> link.retain();
                    case SubSender<?> sender -> sender.retain();
                    default -> throw new AssertionError(attachment);
                });
            }
            return copies;
        } catch (RuntimeException | Error e) {
            Unpacking.closeAll(copies);
            throw e;
        }
    }

    @Override
    public void close() {
        joined.forEach(Target::leave);
        joined.clear();
        if (owned) {
            Unpacking.closeAll(carried);
        }
    }
}
