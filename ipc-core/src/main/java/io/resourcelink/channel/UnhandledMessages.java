package io.resourcelink.channel;

/**
 * Messages that were sent, and that their receiver has not handled. Messages of one channel to one receiver have numbers from 1 on,
 * in the order in which they were sent. Requests are not among them at the sender: their own calls fail. So a range may be interrupted by
 * requests, or by messages that were handled out of order, and is then reported in parts.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param receiver at the sender, the name by which it has connected to the receiver; at the receiver, its own name
 * @param peer the process at the other side, for people
 * @param first the number of the first one
 * @param last the number of the last one
 * @param known whether the receiver has said that it did not finish them; otherwise it has ended without a word, and may have handled
 * them
 */
public record UnhandledMessages(String receiver, String peer, long first, long last, boolean known) {

    /** {@return how many they are} */
    public long count() {
        return last - first + 1;
    }
}
