package io.resourcelink.internal.wire;

import java.util.List;
import java.util.regex.Pattern;

import io.resourcelink.segment.ResourceKind;

/**
 * One piece of a packet. {@link FrameEncoder} writes it and {@link FrameDecoder} reads it. {@code
 * docs/design/channel-protocol.md} has the pictures of all frames.
 */
public sealed interface Frame {

    /** The version of the protocol. Both sides must have the same. */
    int VERSION = 2;

    /** The longest text of a {@link Failure}, in bytes. */
    int MAX_TEXT = 1024;

    /** The longest body in shared memory, in bytes: the receiver makes an array of it. */
    long MAX_BODY = Integer.MAX_VALUE - 8;

    /** The longest headers of a message, in bytes. With them and the longest attachments and body, a frame fits into a packet. */
    int MAX_HEADERS = 16 << 10;

    /** The form of a channel's address, which is the name of its socket. */
    Pattern ADDRESS = Pattern.compile("[0-9a-f]{16}");

    /** {@return how many descriptors must come with the frame} */
    default int descriptors() {
        return 0;
    }

    /**
     * The first frame of each side.
     *
     * @param features what the side says of itself beyond the version, by bits
     * @param directories where the side has its segments at this moment
     */
    record Hello(int version, long features, Directories directories) implements Frame {

        /** The feature of a side that takes only memory whose content nobody can change. */
        static final long IMMUTABLE_MEMORY_ONLY = 1;

        /** The greeting of this library. */
        static Hello ours(Directories directories) {
            return ours(directories, false);
        }

        /** The greeting of this library. */
        static Hello ours(Directories directories, boolean immutableMemoryOnly) {
            return new Hello(VERSION, immutableMemoryOnly ? IMMUTABLE_MEMORY_ONLY : 0, directories);
        }

        boolean immutableMemoryOnly() {
            return (features & IMMUTABLE_MEMORY_ONLY) != 0;
        }
    }

    /**
     * What a message or a reply carries.
     *
     * @param headers the headers, in the form of {@link HeaderFormat}
     * @param bodyInMemory whether the body is in shared memory, whose descriptor is the last one, instead of in this frame
     * @param bodyLength the length of the body in bytes, wherever the body is
     * @param body the body, empty if it is in shared memory
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Parts(byte[] headers, List<Entry> entries, boolean bodyInMemory, long bodyLength, byte[] body) {

        /** {@return how many descriptors must come with it} */
        int descriptors() {
            int count = bodyInMemory ? 1 : 0;
            for (Entry entry : entries) {
                count += entry.descriptors();
            }
            return count;
        }

        /** {@return the bytes of the body, and of the memory and the segments that ride along} */
        long memory() {
            long sum = bodyLength;
            for (Entry entry : entries) {
                sum += entry.memory();
            }
            return sum;
        }
    }

    /**
     * A message, for the receiving side.
     *
     * @param number its number on this connection and subchannel, from 1 on, without gaps
     * @param wantsReply whether it is a request
     * @param born when its age was 0, by the {@link HostClock}; its maker may lie
     * @param maxAge the age from which on the receiving side drops it, in nanoseconds, 0 for none
     */
    record Message(long subchannel, long number, boolean wantsReply, long born, long maxAge,
            Parts parts) implements Frame {

        @Override
        public int descriptors() {
            return parts.descriptors();
        }
    }

    /**
     * The reply to a request: for the sending side.
     *
     * @param number the number of the request
     * @param kind what it is
     * @param through the number up to which every message is settled
     */
    record Reply(long subchannel, long number, ReplyKind kind, long through, Parts parts) implements Frame {

        @Override
        public int descriptors() {
            return parts.descriptors();
        }
    }

    /** What a reply says. */
    enum ReplyKind {
        /** The request was handled, and this is the result. */
        RESULT,
        /** The request was handled, and there is no result. */
        EMPTY,
        /** The request failed; the headers say how, in the form of {@link RequestFailures}. */
        FAILURE
    }

    /** A sender is about to travel: for its receiving side, with the reading end of the ticket's pipe. */
    record Ticket(long subchannel, long ticket) implements Frame {

        @Override
        public int descriptors() {
            return 1;
        }
    }

    /** A sender has arrived: for its receiving side. Subchannel 0 is the one of a server, whose number is not known yet. */
    record Redeem(long subchannel, long ticket) implements Frame {}

    /** Granted senders are not needed any more: for the receiving side. */
    record Release(long subchannel, int count) implements Frame {}

    /** A redeemed sender may send: for the sending side. */
    record Granted(long subchannel, long ticket, Allowance credits) implements Frame {}

    /** The receiver is closed: for the sending side. The ticket is 0, or the one whose {@link Redeem} this answers. */
    record Closed(long subchannel, long ticket) implements Frame {}

    /**
     * So much was used up and may be sent again: for the sending side.
     *
     * @param through the number up to which every message is settled: handled, dropped or reported
     */
    record Credit(long subchannel, long through, Allowance more) implements Frame {}

    /** A message was lost because the receiving process had no room for its descriptors: for the sending side. */
    record Undelivered(long subchannel, long number) implements Frame {}

    /** The receiver is about to end, and takes no message that was not sent yet: for the sending side. */
    record Stop(long subchannel) implements Frame {}

    /** The answer to {@link Stop}, for the receiving side: no message follows the one with this number. */
    record Stopped(long subchannel, long last) implements Frame {}

    /** The receiver ends, and has not handled these messages: for the sending side. */
    record Unhandled(long subchannel, long first, long last) implements Frame {}

    /** So many messages were not sent to a receiver that had no room for them: for the receiving side. */
    record Missed(long subchannel, int count) implements Frame {}

    /** Nobody waits for the reply to a request any more: for the receiving side. */
    record Cancel(long subchannel, long number) implements Frame {}

    /** The last frame of a side that gives the connection up. */
    record Failure(String text) implements Frame {}

    /** What a frame says about one attachment of a message. */
    sealed interface Entry {

        /** {@return how many descriptors come with the attachment} */
        int descriptors();

        /** {@return the bytes of memory that it keeps from being used again} */
        long memory();

        /**
         * Shared memory. Empty memory has no descriptor.
         *
         * @param recycled whether its maker uses the file for one region after the other, so that the file may be longer
         */
        record Memory(long size, boolean recycled) implements Entry {

            /** Memory in a file of its own. */
            public Memory(long size) {
                this(size, false);
            }

            @Override
            public int descriptors() {
                return size == 0 ? 0 : 1;
            }

            @Override
            public long memory() {
                return size;
            }
        }

        /**
         * A link: a reference to a segment.
         *
         * @param size the size of the segment in bytes, header included; the receiver refuses a larger one
         */
        record Link(ResourceKind kind, String key, long size) implements Entry {

            @Override
            public int descriptors() {
                return 1;
            }

            @Override
            public long memory() {
                return size;
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

            @Override
            public long memory() {
                return 0;
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
