package io.resourcelink.channel;

import java.util.List;

/**
 * What was left when a receiver was drained.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param unhandled messages that were sent and not handled until the time was over; their senders were told
 * @param silent processes that have not answered to the stop, for people. Messages that they may have sent are not known
 */
public record DrainReport(List<UnhandledMessages> unhandled, List<String> silent) {

    /** Copies the lists. */
    public DrainReport {
        unhandled = List.copyOf(unhandled);
        silent = List.copyOf(silent);
    }

    /** {@return whether everything that was sent was handled} */
    public boolean isComplete() {
        return unhandled.isEmpty() && silent.isEmpty();
    }

    /** {@return how many messages were not handled} */
    public long count() {
        return unhandled.stream().mapToLong(UnhandledMessages::count).sum();
    }
}
