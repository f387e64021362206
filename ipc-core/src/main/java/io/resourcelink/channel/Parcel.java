package io.resourcelink.channel;

import java.util.List;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.OpenFile;

/** A message on its way, with everything it carries. Whoever has it opens or discards it, once. */
sealed interface Parcel {

    /** Bytes of its body. */
    long size();

    /** How many attachments it carries. */
    int carried();

    /** It was taken out of its inbox: there is room for another. */
    void received();

    /** What decodes it, and closes what it carries. */
    Unpacking unpack(Hub hub);

    /** Which process has sent it, as people read it. */
    String sender();

    /** Decodes it. Everything that it carried and the message does not have is closed. */
    default <T> T open(Hub hub, MessageType<T> type) {
        return unpack(hub).open(type);
    }

    /** Gives up everything that it carries. */
    void discard();

    /** One that was sent within this channel. What it carries are handles of its own. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Local(byte[] body, List<AutoCloseable> attachments, int descriptors, Window window) implements Parcel {

        @Override
        public long size() {
            return body.length;
        }

        @Override
        public int carried() {
            return attachments.size();
        }

        @Override
        public void received() {
            window.add(1, body.length, descriptors);
        }

        @Override
        public Unpacking unpack(Hub hub) {
            return Unpacking.of(hub, body, attachments);
        }

        @Override
        public String sender() {
            return "this process";
        }

        @Override
        public void discard() {
            Unpacking.closeAll(attachments);
        }
    }

    /** One that came from another channel. */
    record Remote(Frame.Message message, List<OpenFile> descriptors, Source source, Hub hub) implements Parcel {

        @Override
        public long size() {
            return message.bodyLength();
        }

        @Override
        public int carried() {
            return message.entries().size();
        }

        @Override
        public void received() {
            source.received(message.bodyLength(), descriptors.size());
        }

        @Override
        public Unpacking unpack(Hub opening) {
            return Unpacking.of(hub, message, descriptors);
        }

        @Override
        public String sender() {
            return source.peer();
        }

        @Override
        public void discard() {
            Unpacking.of(hub, message, descriptors).discard();
        }
    }

    /** One that could not be taken in. */
    record Broken(IpcException failure, long size, int descriptors, Source source) implements Parcel {

        @Override
        public int carried() {
            return 0;
        }

        @Override
        public void received() {
            source.received(size, descriptors);
        }

        @Override
        public Unpacking unpack(Hub hub) {
            return Unpacking.broken(hub, failure);
        }

        @Override
        public String sender() {
            return source.peer();
        }

        @Override
        public void discard() {}
    }
}
