package io.resourcelink.internal.wire;

/**
 * A sender that a message carries. It counts as one more sender until the message is released: if the program closes the
 * sender meanwhile, its receiver is not told before the message is sent.
 */
public final class SenderAttachment extends Attachment {

    private final Target target;

    private SenderAttachment(AutoCloseable sender, Target target) {
        super(sender);
        this.target = target;
    }

    /**
     * Borrows a sender.
     *
     * @param sender the sender
     * @param target its target
     * @return the attachment
     * @throws IllegalStateException if the sender is closed
     */
    public static SenderAttachment of(AutoCloseable sender, Target target) {
        SenderAttachment attachment = new SenderAttachment(sender, target);
        JoinedTarget.join(target);
        return attachment;
    }

    @Override
    long memory() {
        return 0;
    }

    @Override
    boolean addTo(OutgoingMessage message, long nanos) throws InterruptedException {
        TicketedSender ticketed = target.ticket(nanos);
        if (ticketed == null) {
            return false;
        }
        message.closeAfterwards(ticketed);
        message.add(ticketed);
        return true;
    }

    @Override
    ReceivedAttachment copy() {
        CopiedAttachment copy = new CopiedAttachment(new JoinedTarget(target));
        JoinedTarget.join(target);
        return copy;
    }

    @Override
    void release() {
        target.leave();
    }
}
