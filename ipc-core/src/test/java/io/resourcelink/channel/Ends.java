package io.resourcelink.channel;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import io.resourcelink.Deadline;
import io.resourcelink.error.DisconnectedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is to be seen of a subchannel when its other end is gone, or is not. */
final class Ends {

    private Ends() {}

    /** The receiver is told, without a message before. */
    static void assertDisconnected(SubReceiver<?> receiver) {
        assertDisconnection(receiver::receive);
        assertDisconnection(receiver::tryReceive);
    }

    /** Until so many messages are here: between channels a message takes a moment, also when its sending is done. */
    static void awaitMessages(SubReceiver<?> receiver, int count) {
        Deadline.awaitTrue(count + " messages are here", () -> receiver.size() >= count);
    }

    /** There is no message, and somebody who could send one. */
    static void assertEmpty(SubReceiver<?> receiver) {
        assertThat(receiver.tryReceive()).isEmpty();
    }

    /** The sender is told, sooner or later, and then again and again, without waiting. */
    static <T> void assertDisconnected(SubSender<T> sender, T message) {
        Deadline.awaitTrue("sending fails", () -> isDisconnected(sender, message));
        assertDisconnection(() -> sender.trySend(message));
        assertDisconnection(() -> sender.send(message));
    }

    private static <T> boolean isDisconnected(SubSender<T> sender, T message) {
        try {
            sender.trySend(message);
            return false;
        } catch (DisconnectedException _) {
            return true;
        }
    }

    private static void assertDisconnection(ThrowingCallable call) {
        assertThatExceptionOfType(DisconnectedException.class).isThrownBy(call);
    }
}
