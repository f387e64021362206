package io.resourcelink.boot.messaging;

/** What a listener does at the moment. */
public enum ListenerState {

    /** It was not started, or was stopped. */
    STOPPED,

    /** Messages to its destination arrive here. */
    SERVING,

    /** Another process, or another listener, serves the destination; this one takes over when that one ends. */
    STANDBY,

    /** It was started and cannot receive; the log says why. It goes on trying. */
    FAILED
}
