package io.resourcelink.boot.claim.http;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

import io.resourcelink.claim.ClaimFetcher;

/**
 * A sink that takes nothing more once the fetch has ended, although a thread may still be reading. It computes the digest of what
 * it has taken. Thread-safe.
 */
final class GuardedSink {

    private final ClaimFetcher.Sink sink;
    private final IntConsumer taken;
    private final MessageDigest digest = ReprDigest.sha256();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean ended;

    /**
     * Guards a sink.
     *
     * @param sink takes the bytes
     * @param taken told how many it took
     */
    GuardedSink(ClaimFetcher.Sink sink, IntConsumer taken) {
        this.sink = sink;
        this.taken = taken;
    }

    /**
     * Takes bytes.
     *
     * @throws IllegalStateException if the fetch has ended
     */
    void append(byte[] bytes, int length) {
        lock.lock();
        try {
            ensureNotEnded();
            sink.append(ByteBuffer.wrap(bytes, 0, length));
            digest.update(bytes, 0, length);
            taken.accept(length);
        } finally {
            lock.unlock();
        }
    }

    long position() {
        lock.lock();
        try {
            ensureNotEnded();
            return sink.position();
        } finally {
            lock.unlock();
        }
    }

    /** {@return how much time is left, some at least} */
    Duration remaining() {
        Duration left = sink.remaining();
        return left.isPositive() ? left : Duration.ofMillis(1);
    }

    byte[] digest() {
        lock.lock();
        try {
            return digest.digest();
        } finally {
            lock.unlock();
        }
    }

    /** When this has returned, nothing is appended any more. Idempotent. */
    void end() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    private void ensureNotEnded() {
        if (ended) {
            throw new IllegalStateException("The fetch has ended.");
        }
    }
}
