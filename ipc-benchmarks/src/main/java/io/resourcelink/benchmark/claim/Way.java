package io.resourcelink.benchmark.claim;

/** How a payload gets from one application to another through a broker. */
enum Way {

    /** The bytes are the message. */
    ARTEMIS("embedded Artemis, a large message"),

    /** The bytes are the message. */
    KAFKA("Kafka, its limits raised"),

    /** The message is a claim, and the receiver is on the sender's host. */
    NEAR("claim in a message of Artemis, near"),

    /** The message is a claim, and the receiver is on another host. */
    FAR("claim in a message of Artemis, far");

    /** The queue or topic of the bytes. */
    static final String BYTES = "bytes";

    /** The queue of claims for the sender's host. */
    static final String NEAR_CLAIMS = "near";

    /** The queue of claims for the other host. */
    static final String FAR_CLAIMS = "far";

    private final String label;

    Way(String label) {
        this.label = label;
    }

    /** {@return what a table says} */
    String label() {
        return label;
    }
}
