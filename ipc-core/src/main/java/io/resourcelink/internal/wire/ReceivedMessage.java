package io.resourcelink.internal.wire;

import java.util.List;

/** A message that has arrived, with everything it carries. The owner opens it or discards it, once. Used by one thread. */
public interface ReceivedMessage {

    /** {@return the bytes of its body} */
    long size();

    /** {@return how many attachments it carries} */
    int attachmentCount();

    /** Says that it was taken out of its inbox, so that there is room for another one. */
    void taken();

    /** {@return the process that has sent it, for people} */
    String sender();

    /**
     * {@return the body} The attachments stay as they are.
     *
     * @throws io.resourcelink.error.IpcException if the message could not be taken in, or the body cannot be read
     */
    byte[] body();

    /** Closes what the body is in. Idempotent. */
    void discardBody();

    /** {@return the attachments, which are the caller's to open or discard from now on} */
    List<ReceivedAttachment> attachments();

    /** Discards the body and all attachments, instead of opening them. */
    void discard();
}
