package io.resourcelink.channel;

/** How a destination is served. All processes that serve a destination at the same time must agree. */
public enum DestinationKind {
    /** By one process ({@link Channel#serve}). Others may wait until its name is free. */
    SINGLE,
    /** By several processes that compete: each message goes to one of them ({@link Channel#serveCompeting}). */
    QUEUE,
    /** By subscribers, each of which gets every message ({@link Channel#subscribe}). */
    TOPIC
}
