package io.resourcelink.internal.wire;

import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.work.Closing;

/*
 *   in the inbox --+-- taken -- answered (requests) -- finished
 *                  +-- expired, or discarded
 *
 * Its number is settled when a reply is on its way, or when it is finished. Its credit comes back when it is finished, because only
 * then the memory that it carried can be used again.
 */

/** A message that has arrived. The receiver of it finishes it, once. Used by one thread. */
public final class ReceivedMessage {

    private final Source source;
    private final long number;
    private final ReceivedContent content;
    private final long memory;
    private final int descriptors;
    private final long arrived = System.nanoTime();
    private final long age;
    private final long maxAge;
    private final boolean request;
    private boolean wantsReply;
    private boolean settled;
    private boolean finished;

    /**
     * A message has arrived.
     *
     * @param memory the bytes of credit that it has taken
     * @param descriptors the descriptors of credit that it has taken
     * @param age how long it has waited before, in nanoseconds
     * @param maxAge the age from which on it is dropped, 0 for none
     * @param wantsReply whether its sender waits for a reply
     */
    ReceivedMessage(Source source, long number, ReceivedContent content, long memory, int descriptors, long age,
            long maxAge, boolean wantsReply) {
        this.source = source;
        this.number = number;
        this.content = content;
        this.memory = memory;
        this.descriptors = descriptors;
        this.age = age;
        this.maxAge = maxAge;
        this.request = wantsReply;
        this.wantsReply = wantsReply;
    }

    Source source() {
        return source;
    }

    /** {@return its number among the messages of its sender's process, from 1 on} */
    public long number() {
        return number;
    }

    /** {@return what it carries} */
    public ReceivedContent content() {
        return content;
    }

    /** {@return the process that has sent it, for people} */
    public String sender() {
        return source.peer();
    }

    /** {@return how long ago it was sent, in nanoseconds} */
    public long age() {
        return Nanos.age(age, arrived);
    }

    /** {@return whether it is too old, by the sender's or by the receiver's limit} */
    boolean isExpired(long receiversMaxAge) {
        long limit = maxAge == 0 || (receiversMaxAge != 0 && receiversMaxAge < maxAge) ? receiversMaxAge : maxAge;
        return limit != 0 && age() > limit;
    }

    /** {@return whether its sender waits for a reply, and none was given} */
    public boolean wantsReply() {
        return wantsReply;
    }

    /**
     * Replies to the request.
     *
     * @param reply the result, empty if there is none; closed before the sender is told that it could not be sent
     * @param nanos how long to wait for room in the socket
     * @return whether the reply is on its way; not if nobody waits for it any more, or there was no room in time
     */
    public boolean reply(EncodedMessage reply, boolean hasResult, long nanos) throws InterruptedException {
        ensureWanted();
        // First, so that the reply says so.
        settle();
        try {
            boolean sent = source.reply(number, reply, hasResult ? ReplyKind.RESULT : ReplyKind.EMPTY, nanos);
            if (!sent) {
                reply.close();
                fail(notReplied("", "."));
            }
            return sent;
        } catch (Throwable e) {
            Closing.undo(e, reply);
            Closing.undo(e, () -> fail(notReplied(e.getClass().getName(), ": " + e.getMessage())));
            throw e;
        } finally {
            wantsReply = false;
        }
    }

    private static RequestException notReplied(String type, String why) {
        return new RequestException(Reason.FAILED, type, null,
                "The receiver has handled the request, and its reply could not be sent" + why);
    }

    /** Tells the sender of a request that there is no result. Never waits. */
    public void fail(RequestException failure) {
        if (wantsReply) {
            wantsReply = false;
            settle();
            source.fail(number, failure);
        }
    }

    /** Makes no exception for a message that wants no reply. */
    private void failUnanswered(Reason reason, String why) {
        if (wantsReply) {
            fail(new RequestException(reason, "", null, why));
        }
    }

    private void ensureWanted() {
        if (!wantsReply) {
            throw new IllegalStateException("The message is not a request, or was replied to.");
        }
    }

    private void settle() {
        if (!settled) {
            settled = true;
            source.handled(number);
        }
    }

    private void settleAndForget() {
        try {
            settle();
        } finally {
            source.finished(number, memory, descriptors, request);
        }
    }

    /** Says that it was handled, and that what it carried is closed. A request gets its reply before. Idempotent. */
    public void finish() {
        if (!finished) {
            finished = true;
            try {
                failUnanswered(Reason.FAILED, "The receiver has closed the request without a reply.");
            } finally {
                try {
                    settleAndForget();
                } finally {
                    source.receiver().finished(source);
                }
            }
        }
    }

    /** Drops it, because it is too old. */
    void expire() {
        try {
            content.discard();
        } finally {
            try {
                failUnanswered(Reason.EXPIRED,
                        "The request was older than its maximal age when its turn came. It was not handled.");
            } finally {
                finish();
            }
        }
    }

    /** Drops it, after its sender was told that it is not handled. */
    void abandon() {
        wantsReply = false;
        discard();
    }

    /** Drops it, because its inbox has not taken it in. Its sender was told. */
    void refuse() {
        wantsReply = false;
        finished = true;
        try {
            content.discard();
        } finally {
            settleAndForget();
        }
    }

    /** Drops it. */
    public void discard() {
        try {
            content.discard();
        } finally {
            finish();
        }
    }
}
