package io.resourcelink.boot.claim.listener;

/** What is done with a future or {@code Mono} that a listener's method returns. */
public enum AsyncReturn {

    /** It is returned: the listener's container waits for it before the message is acknowledged. */
    PASS,

    /** It is awaited in the listener's thread: the container would take it for the reply, and acknowledge the message. */
    AWAIT
}
