package io.resourcelink.channel;

/** Where the two ends of a test's subchannels are. */
enum Placement {

    /** Both in one channel: no socket, no descriptor. */
    WITHIN,

    /** In two channels, which know each other as two processes would: by sockets only. */
    BETWEEN
}
