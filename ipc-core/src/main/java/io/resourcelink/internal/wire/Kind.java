package io.resourcelink.internal.wire;

/** How a destination is served. */
public enum Kind {
    /** By one process. Others may wait for its name. */
    SINGLE("served by one process"),
    /** By several processes, each message by one of them. */
    QUEUE("a queue of competing consumers"),
    /** By subscribers, each of which gets every message. */
    TOPIC("a topic");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /** {@return how it is served, for people} */
    String text() {
        return text;
    }
}
