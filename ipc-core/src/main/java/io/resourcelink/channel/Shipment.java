package io.resourcelink.channel;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLink;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.internal.mapping.Region;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.memory.SharedMemory;

/**
 * A message that is about to be sent to another process, with its descriptors. What was opened for it is closed with it:
 * by then the socket has its own. Used by one thread.
 */
final class Shipment implements AutoCloseable {

    private final List<Frame.Entry> entries = new ArrayList<>();
    private final List<OpenFile> descriptors = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private byte[] body = {};
    private long bodyLength;
    private boolean sent;
    private int deadSenders;
    private @Nullable SharedMemory bodyRegion;

    /** Prepares everything that is carried. Answers {@code false} if a ticket could not be sent in time. */
    boolean load(Hub hub, Packing packing, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (Object attachment : packing.carried()) {
            boolean loaded = switch (attachment) {
                case SharedMemory memory -> load(memory);
                case ResourceLink link -> load(link);
                case SubSender<?> sender -> load(sender.target(), RemoteTarget.left(start, nanos));
                default -> throw new AssertionError(attachment);
            };
            if (!loaded) {
                return false;
            }
        }
        bodyLength = packing.body().length;
        if (bodyLength <= hub.threshold()) {
            body = packing.body();
        } else {
            bodyRegion = SharedMemory.fromBytes(packing.body());
            opened.add(bodyRegion);
            hold(Region.DOOR.inside(bodyRegion));
        }
        return true;
    }

    private boolean load(SharedMemory memory) {
        entries.add(new Frame.Entry.Memory(memory.size()));
        if (!memory.isEmpty()) {
            hold(Region.DOOR.inside(memory));
        }
        return true;
    }

    private void hold(Region region) {
        region.retain();
        opened.add(region::release);
        region.seal();
        descriptors.add(region.file());
    }

    private boolean load(ResourceLink link) {
        TransitReference<?> reference = TransitReference.OF_LINK.inside(link);
        opened.add(() -> {
            if (sent) {
                reference.sent();
            } else {
                reference.close();
            }
        });
        entries.add(new Frame.Entry.Link(reference.kind(), reference.key()));
        descriptors.add(reference.file());
        return true;
    }

    private boolean load(Target target, long nanos) throws InterruptedException {
        Target.Ticketed ticketed = target.ticket(nanos);
        if (ticketed == null) {
            return false;
        }
        opened.add(ticketed);
        entries.add(ticketed.entry());
        deadSenders += ticketed.descriptor().isEmpty() ? 1 : 0;
        descriptors.addAll(ticketed.descriptor());
        return true;
    }

    Frame.Message frame(long subchannel) {
        return new Frame.Message(subchannel, bodyRegion != null, bodyLength, entries, body);
    }

    /** It is on its way. */
    void markSent() {
        sent = true;
    }

    List<OpenFile> descriptors() {
        return descriptors;
    }

    /** How many senders it carries whose receivers are gone: they took room for a descriptor each, and have none. */
    int deadSenders() {
        return deadSenders;
    }

    @Override
    public void close() {
        Unpacking.closeAll(opened);
        opened.clear();
    }
}
