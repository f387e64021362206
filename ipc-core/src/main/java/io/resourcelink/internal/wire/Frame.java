package io.resourcelink.internal.wire;

import java.util.List;
import java.util.regex.Pattern;

import io.resourcelink.segment.ResourceKind;

/**
 * The content of one packet. {@link FrameEncoder} writes it and {@link FrameDecoder} reads it. {@code
 * docs/design/channel-protocol.md} has the pictures of all frames.
 */
public sealed interface Frame {

    /** The version of the protocol. Both sides must have the same. */
    int VERSION = 1;

    /** The longest text of a {@link Failure}, in bytes. */
    int MAX_TEXT = 1024;

    /** The longest body in shared memory, in bytes: the receiver makes an array of it. */
    long MAX_BODY = Integer.MAX_VALUE - 8;

    /** The form of a channel's address, which is the name of its socket. */
    Pattern ADDRESS = Pattern.compile("[0-9a-f]{16}");

    /** The first frame of each side. */
    record Hello(int version) implements Frame {}

    /**
     * A message, for the receiving side.
     *
     * @param bodyInMemory whether the body is in shared memory, whose descriptor is the last one, instead of in this frame
     * @param bodyLength the length of the body in bytes, wherever the body is
     * @param body the body, empty if it is in shared memory
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Message(long subchannel, boolean bodyInMemory, long bodyLength, List<Entry> entries,
            byte[] body) implements Frame {

        /** {@return how many descriptors must come with the frame} */
        int descriptors() {
            int count = bodyInMemory ? 1 : 0;
            for (Entry entry : entries) {
                count += entry.descriptors();
            }
            return count;
        }
    }

    /** A sender is about to travel: for its receiving side, with the reading end of the ticket's pipe. */
    record Ticket(long subchannel, long ticket) implements Frame {}

    /** A sender has arrived: for its receiving side. Subchannel 0 is the one of a server, whose number is not known yet. */
    record Redeem(long subchannel, long ticket) implements Frame {}

    /** Granted senders are not needed any more: for the receiving side. */
    record Release(long subchannel, int count) implements Frame {}

    /** A redeemed sender may send: for the sending side. */
    record Granted(long subchannel, long ticket, Allowance credits) implements Frame {}

    /** The receiver is closed: for the sending side. The ticket is 0, or the one whose {@link Redeem} this answers. */
    record Closed(long subchannel, long ticket) implements Frame {}

    /** So much was received and may be sent again: for the sending side. */
    record Credit(long subchannel, Allowance more) implements Frame {}

    /** A message was lost because the receiving process had no room for its descriptors: for the sending side. */
    record Undelivered(long subchannel) implements Frame {}

    /** The last frame of a side that gives the connection up. */
    record Failure(String text) implements Frame {}

    /** What a frame says about one attachment of a message. */
    sealed interface Entry {

        /** {@return how many descriptors come with the attachment} */
        int descriptors();

        /** Shared memory. Empty memory has no descriptor. */
        record Memory(long size) implements Entry {

            @Override
            public int descriptors() {
                return size == 0 ? 0 : 1;
            }
        }

        /** A link: a reference to a segment. */
        record Link(ResourceKind kind, String key) implements Entry {

            @Override
            public int descriptors() {
                return 1;
            }
        }

        /**
         * A sender: its receiver's subchannel and channel, and a ticket. The descriptor is the writing end of the ticket's
         * pipe. A sender whose receiver is gone is dead and has neither.
         */
        record Sender(boolean alive, long subchannel, long ticket, String address) implements Entry {

            @Override
            public int descriptors() {
                return alive ? 1 : 0;
            }

            /** {@return what is said of a sender whose receiver is gone} */
            static Sender dead(long subchannel, String address) {
                return new Sender(false, subchannel, 0, address);
            }
        }
    }

    /** A packet does not follow the protocol. */
    final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient String found;
        private final transient String expected;

        Malformed(String found, String expected) {
            super(found, null, false, false);
            this.found = found;
            this.expected = expected;
        }

        String found() {
            return found;
        }

        String expected() {
            return expected;
        }
    }
}
