package io.resourcelink.internal.wire;

import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.work.Closing;

/*
 *   waiting --+-- replied -- taken
 *             +-- failed
 *             +-- cancelled
 *
 * It counts as one sender of its target until it waits no more. So the receiver stays connected as long as a reply is due.
 */

/** A request that was sent, until its reply was taken. Thread-safe. */
public final class PendingRequest {

    /** The receiver of a request, as the request needs it. */
    public interface Receiver {

        /** Counts one sender less. Never waits. */
        void leave();

        /** Says that nobody waits for the reply to a request any more. Never waits. */
        void cancel(long number);
    }

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();

    private @Nullable Receiver target;
    private long number;
    private @Nullable ReplyKind kind;
    private @Nullable ReceivedContent content;
    private @Nullable Supplier<? extends IpcException> failure;
    private boolean done;
    private @Nullable Runnable observer;

    /** Creates a request that was not sent. */
    public PendingRequest() {}

    /** The request is about to be sent: from now on its reply may come. */
    void sent(Receiver to, long asNumber) {
        lock.lock();
        try {
            target = to;
            number = asNumber;
        } finally {
            lock.unlock();
        }
    }

    /** The request was not sent, and may be sent again. Returns whether its sender is still the caller's to release. */
    boolean notSent() {
        lock.lock();
        try {
            if (!done) {
                target = null;
            }
            return !done;
        } finally {
            lock.unlock();
        }
    }

    /** The reply has arrived. */
    void reply(ReplyKind what, ReceivedContent reply) {
        if (what == ReplyKind.FAILURE) {
            try {
                fail(() -> failure(reply));
            } finally {
                reply.discard();
            }
        } else if (!end(what, reply, null)) {
            reply.discard();
        }
    }

    private static IpcException failure(ReceivedContent reply) {
        try {
            return RequestFailures.decode(reply.headers());
        } catch (IpcException e) {
            return e;
        }
    }

    /**
     * There will be no reply.
     *
     * @param why makes the exception, in the thread that waits
     */
    void fail(Supplier<? extends IpcException> why) {
        end(null, null, why);
    }

    /**
     * There will be no reply to any of them.
     *
     * @param requests the requests, which are removed; one that another thread removes first is that thread's
     * @param why makes the exception, in the thread that waits
     */
    static void failAll(ConcurrentMap<Long, PendingRequest> requests, Supplier<? extends IpcException> why) {
        Closing closing = new Closing();
        requests.forEach((number, request) -> {
            if (requests.remove(number, request)) {
                closing.run(() -> request.fail(why));
            }
        });
        closing.end();
    }

    private boolean end(@Nullable ReplyKind what, @Nullable ReceivedContent reply,
            @Nullable Supplier<? extends IpcException> why) {
        Receiver left;
        Runnable told;
        lock.lock();
        try {
            if (done) {
                return false;
            }
            done = true;
            kind = what;
            content = reply;
            failure = why;
            left = target;
            told = observer;
            observer = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        ended(left, told);
        return true;
    }

    private static void ended(@Nullable Receiver left, @Nullable Runnable told) {
        try {
            if (told != null) {
                told.run();
            }
        } finally {
            if (left != null) {
                left.leave();
            }
        }
    }

    /** {@return whether there is a reply, or will never be one} */
    public boolean isDone() {
        lock.lock();
        try {
            return done;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the reply, once.
     *
     * @return the reply, the caller's to open or discard; {@code null} if there is none yet, or it was taken
     * @throws IpcException if the request has failed
     */
    public @Nullable ReceivedContent take() {
        lock.lock();
        try {
            if (failure != null) {
                throw failure.get();
            }
            ReceivedContent taken = content;
            content = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether the reply has no result} */
    public boolean isEmpty() {
        lock.lock();
        try {
            return kind == ReplyKind.EMPTY;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has something run when the reply is there, or will never be: at once, or later by the thread that brings it.
     *
     * @param whenDone must return soon and must not call a user's code
     */
    public void observe(Runnable whenDone) {
        lock.lock();
        try {
            if (!done) {
                Runnable before = observer;
                observer = before == null ? whenDone : () -> {
                    before.run();
                    whenDone.run();
                };
                return;
            }
        } finally {
            lock.unlock();
        }
        whenDone.run();
    }

    /** Says that nobody waits for the reply any more, and discards it if it is there. Never waits. Idempotent. */
    public void cancel() {
        ReceivedContent unread;
        Receiver left = null;
        Runnable told = null;
        lock.lock();
        try {
            unread = content;
            content = null;
            if (!done) {
                // A reply that arrives from now on is discarded.
                done = true;
                left = target;
                told = observer;
                observer = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        try {
            if (unread != null) {
                unread.discard();
            }
            if (left != null) {
                left.cancel(number);
            }
        } finally {
            ended(left, told);
        }
    }
}
