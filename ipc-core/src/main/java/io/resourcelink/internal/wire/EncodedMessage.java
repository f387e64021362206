package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.MessageException;
import io.resourcelink.internal.os.Packet;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.memory.SharedMemory;

/** A message that was encoded, with its attachments, which are still its sender's. Used by one thread. */
public final class EncodedMessage implements AutoCloseable {

    /** As many descriptors as fit into a packet, without the one that a long body needs. */
    private static final int MAX_ATTACHMENTS = Packet.MAX_DESCRIPTORS - 1;

    static final byte[] NO_BODY = {};

    private final long begun = System.nanoTime();
    private final boolean owned;
    /** Most messages have none. */
    private List<Attachment> attachments = List.of();
    private byte[] headers = NO_BODY;
    private byte[] body = NO_BODY;
    private @Nullable SharedMemory longBody;
    private long ageBefore;
    private long maxAge;

    /**
     * Begins a message.
     *
     * @param owned whether closing the message closes the handles of its attachments as well
     */
    public EncodedMessage(boolean owned) {
        this.owned = owned;
    }

    /** Sets the encoded bytes. */
    public void setBody(byte[] encoded) {
        body = encoded;
    }

    /**
     * Sets the headers.
     *
     * @throws MessageException if one has a value that cannot be a header, or they are too long
     */
    public void setHeaders(Map<String, ?> values) {
        headers = HeaderFormat.encode(values);
    }

    /**
     * Sets ages, in nanoseconds.
     *
     * @param before how old it was when it was begun
     * @param most the age from which on the receiver drops it, 0 for none
     */
    public void setAges(long before, long most) {
        ageBefore = before;
        maxAge = most;
    }

    /**
     * Adds an attachment.
     *
     * @return its number in this message
     * @throws MessageException if there are too many; the attachment is released
     */
    public int add(Attachment attachment) {
        try {
            if (attachments.size() == MAX_ATTACHMENTS) {
                throw new MessageException("A message carries at most " + MAX_ATTACHMENTS
                        + " regions, links and senders. Send several messages, or one larger region.", null);
            }
            if (attachments.isEmpty()) {
                attachments = new ArrayList<>();
            }
            attachments.add(attachment);
        } catch (Throwable e) {
            Closing.undo(e, attachment::release);
            throw e;
        }
        return attachments.size() - 1;
    }

    /** {@return the attachments, by their numbers} */
    public List<Attachment> attachments() {
        return attachments;
    }

    /** {@return the encoded bytes} */
    public byte[] body() {
        return body;
    }

    byte[] headers() {
        return headers;
    }

    /** {@return when it was begun, by {@link System#nanoTime}} */
    long begun() {
        return begun;
    }

    /** {@return its age, in nanoseconds} */
    long age() {
        return Nanos.age(ageBefore, begun);
    }

    long maxAge() {
        return maxAge;
    }

    /** {@return its frame} The parts are what {@link #addTo} has added. */
    Frame frame(long subchannel, long number, boolean wantsReply, HostClock clock, Frame.Parts parts) {
        return new Frame.Message(subchannel, number, wantsReply, clock.bornFromAge(age()), maxAge, parts);
    }

    /** {@return the bytes of the body, and of the memory and the segments that ride along} */
    long memory() {
        long sum = body.length;
        for (Attachment attachment : attachments) {
            sum += attachment.memory();
        }
        return sum;
    }

    /** {@return how many descriptors it takes to send the attachments} */
    int descriptors() {
        int count = 0;
        for (Attachment attachment : attachments) {
            count += attachment.descriptors();
        }
        return count;
    }

    /** {@return whether it is nothing but bytes that travel in the frame: then {@link #parts} are all there is to send} */
    boolean isPlain(int threshold) {
        return attachments.isEmpty() && body.length <= threshold;
    }

    /** {@return the parts of a message that is plain} */
    Frame.Parts parts() {
        return new Frame.Parts(headers, List.of(), false, body.length, body);
    }

    /**
     * Adds everything to a message for another process.
     *
     * @param threshold the longest body that travels in a frame, in bytes
     * @return whether that was possible in time
     */
    boolean addTo(OutgoingMessage outgoing, int threshold, WaitLimit limit) throws InterruptedException {
        for (Attachment attachment : attachments) {
            if (!attachment.addTo(outgoing, limit)) {
                return false;
            }
        }
        outgoing.addHeaders(headers);
        if (body.length <= threshold) {
            outgoing.addBody(body);
        } else {
            outgoing.addBody(longBody(), body.length);
        }
        return true;
    }

    /** All receivers of the message get the same memory. */
    private SharedMemory longBody() {
        SharedMemory made = longBody;
        if (made == null) {
            made = SharedMemory.fromBytes(body);
            longBody = made;
        }
        return made;
    }

    /**
     * Copies all attachments, for a message that stays in this process.
     *
     * @param copies gets the copies, and has room for them; the caller discards them if this fails
     */
    void copyTo(List<ReceivedAttachment> copies) {
        for (Attachment attachment : attachments) {
            copies.add(attachment.copy());
        }
    }

    /** Releases the attachments, and closes their handles if this message owns them. */
    @Override
    public void close() {
        SharedMemory made = longBody;
        longBody = null;
        try (made) {
            Closing.each(attachments, owned ? EncodedMessage::releaseAndClose : Attachment::release);
        } finally {
            attachments = List.of();
        }
    }

    private static void releaseAndClose(Attachment attachment) {
        try {
            attachment.release();
        } finally {
            Discarding.close(attachment.handle());
        }
    }
}
