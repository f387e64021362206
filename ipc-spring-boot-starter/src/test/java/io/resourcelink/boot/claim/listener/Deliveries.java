package io.resourcelink.boot.claim.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import io.resourcelink.ResourceLink;

/** What listeners were called with. */
final class Deliveries {

    private final List<Delivery> all = new CopyOnWriteArrayList<>();

    Deliveries() {}

    /**
     * One call of a listener.
     *
     * @param listener which one
     * @param number the number of the order
     * @param inode the inode of the mapped file
     * @param first the first byte of the payload
     * @param size its bytes
     * @param link the link, closed when the listener has returned
     */
    record Delivery(String listener, int number, long inode, byte first, long size, ResourceLink link) {}

    /** Reads the payload, and notes the call. */
    void add(String listener, int number, ResourceLink link) {
        all.add(new Delivery(listener, number, Mappings.inode(link), link.readPayload(0, 1)[0], link.payloadSize(),
                link));
    }

    /** {@return all calls so far} */
    List<Delivery> all() {
        return List.copyOf(all);
    }

    /** {@return the calls, when there are so many} */
    List<Delivery> await(int count) {
        Deliveries.waiting().until(() -> all.size() >= count);
        return all();
    }

    /** Waits until the links of all calls so far are closed: that is after the method has returned. */
    void awaitClosed() {
        Deliveries.waiting().until(() -> all.stream().allMatch(delivery -> delivery.link().isClosed()));
    }

    static ConditionFactory waiting() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }
}
