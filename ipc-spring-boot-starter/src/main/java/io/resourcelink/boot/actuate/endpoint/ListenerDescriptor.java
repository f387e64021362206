package io.resourcelink.boot.actuate.endpoint;

import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.ListenerState;
import io.resourcelink.channel.DestinationKind;

/**
 * Description of a listener. The counts begin with the application, and no message counts twice.
 *
 * @param id its name in the application
 * @param destination the destination
 * @param kind whether one process serves it, competing consumers, or subscribers
 * @param state whether this process receives the messages of the destination
 * @param concurrency number of threads that receive when it serves
 * @param waiting messages that have arrived and that no thread has received yet
 * @param handled messages that were handled, and replied to if that was wanted
 * @param failed messages that could not be read, handled or replied to
 * @param expired messages that were dropped because they were too old
 * @param missed messages that were published to this subscriber and dropped, because it had no room for them
 * @param unhandled messages that were left when the listener had to stop
 */
public record ListenerDescriptor(String id, String destination, DestinationKind kind, ListenerState state,
        int concurrency, int waiting,
        long handled, long failed, long expired, long missed, long unhandled) {

    static ListenerDescriptor of(IpcListenerContainer listener) {
        return new ListenerDescriptor(listener.endpoint().id(), listener.endpoint().destination(),
                listener.endpoint().kind(), listener.state(),
                listener.concurrency(), listener.waiting(), listener.handled(), listener.failures(),
                listener.expired(), listener.missed(), listener.unhandled());
    }
}
