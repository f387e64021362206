package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;

/** What a message or a reply that has arrived carries. The owner opens it or discards it, once. Used by one thread. */
public interface ReceivedContent {

    /** {@return the bytes of its body} */
    long size();

    /** {@return how many attachments it carries} */
    int attachmentCount();

    /**
     * {@return the headers}
     *
     * @throws io.resourcelink.error.MessageException if they cannot be read
     */
    Map<String, Object> headers();

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
