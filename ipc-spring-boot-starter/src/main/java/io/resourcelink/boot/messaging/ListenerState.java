package io.resourcelink.boot.messaging;

/** The state of a listener. */
public enum ListenerState {

    /** The listener was not started, or was stopped. */
    STOPPED,

    /** This process receives the messages of the destination. */
    SERVING,

    /** Another process or another listener serves the destination. This listener takes over when that one stops or ends. */
    STANDBY,

    /** The listener was started and cannot receive. The log says why. It retries. */
    FAILED
}
