package io.resourcelink.benchmark.channel;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

import io.resourcelink.benchmark.handoff.Checksum;

/** What is sent, again and again. The other side reads a long of every cache line, except where it says that it does not. */
enum Workload {

    /** A record of 64 encoded bytes. */
    RECORD("64 B record", 64, 4000, 50_000),

    /** The same, received by a virtual thread. */
    RECORD_VIRTUAL("64 B record, virtual thread", 64, 4000, 50_000),

    /** Bytes that no codec touches. */
    BYTES("64 B bytes", 64, 4000, 50_000),

    /** A payload that is filled from an array in the heap for each message. */
    FILLED_64_KIB("64 KiB filled and read", 64 << 10, 500, 500),

    /** The same, larger. */
    FILLED_1_MIB("1 MiB filled and read", 1 << 20, 50, 50),

    /** The same, larger. */
    FILLED_64_MIB("64 MiB filled and read", 64 << 20, 3, 3),

    /** A payload that was filled once. */
    RESENT_1_MIB("1 MiB sent again, read", 1 << 20, 100, 100),

    /** A payload that was filled once, and of which nothing is read. */
    RESENT_64_MIB("64 MiB sent again, not read", 64 << 20, 3, 3);

    private static final Map<Integer, byte[]> CONTENTS = new ConcurrentHashMap<>();

    private final String label;
    private final int size;
    private final int returned;
    private final int streamed;

    Workload(String label, int size, int returned, int streamed) {
        this.label = label;
        this.size = size;
        this.returned = returned;
        this.streamed = streamed;
    }

    /** {@return the subject in the results} */
    String label() {
        return label;
    }

    /** {@return how many bytes a message has} */
    int size() {
        return size;
    }

    /** {@return how many messages a session has there and back} */
    int returned() {
        return returned;
    }

    /** {@return how many messages a session has one way} */
    int streamed() {
        return streamed;
    }

    boolean isRecord() {
        return this == RECORD || this == RECORD_VIRTUAL;
    }

    boolean isFilled() {
        return this == FILLED_64_KIB || this == FILLED_1_MIB || this == FILLED_64_MIB;
    }

    boolean isResent() {
        return this == RESENT_1_MIB || this == RESENT_64_MIB;
    }

    boolean isRead() {
        return this != RESENT_64_MIB;
    }

    /** {@return what is sent, in the heap, not to be changed} It is the same in all processes. */
    byte[] content() {
        return CONTENTS.computeIfAbsent(size, bytes -> {
            byte[] content = new byte[bytes];
            new Random(bytes).nextBytes(content);
            return content;
        });
    }

    /**
     * Fails if another payload came than was sent.
     *
     * @param sum what was read of it
     * @param expected the sum of {@link #content}
     */
    void verify(long sum, long expected) {
        if (isRead() && sum != expected) {
            throw new IllegalStateException("Other bytes came than were sent: " + label);
        }
    }

    /** {@return the sum of {@link #content}} */
    long sum() {
        return Checksum.of(content(), size);
    }
}
