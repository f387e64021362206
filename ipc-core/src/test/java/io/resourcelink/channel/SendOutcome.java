package io.resourcelink.channel;

/** What became of one message or request, as its sender knows. */
enum SendOutcome {
    /** It was about to be sent. */
    UNKNOWN,
    /** A message was sent. */
    ACCEPTED,
    /** There was nobody to send it to, or it was refused. */
    REFUSED,
    /** A request was answered. */
    ANSWERED,
    /** A request was handled and has failed. */
    FAILED,
    /** Whoever had the request has died. */
    GONE,
    /** Whoever had the request has ended, and said that it was not handled. */
    UNHANDLED,
    /** A request was too old when its turn came. */
    EXPIRED
}
