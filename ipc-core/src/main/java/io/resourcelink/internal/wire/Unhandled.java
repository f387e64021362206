package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;

import io.resourcelink.internal.wire.SettledNumbers.Range;

/**
 * Messages that were sent and not handled.
 *
 * @param sender the process that has sent them, for people
 * @param first the number of the first one
 * @param last the number of the last one
 */
public record Unhandled(String sender, long first, long last) {

    /** {@return the numbers of the messages of one source, which come in their order} */
    static List<Range> numbers(List<ReceivedMessage> messages, Source source) {
        List<Range> ranges = new ArrayList<>();
        for (ReceivedMessage message : messages) {
            if (message.source().equals(source)) {
                long number = message.number();
                boolean next = !ranges.isEmpty() && ranges.getLast().last() == number - 1;
                ranges.add(new Range(next ? ranges.removeLast().first() : number, number));
            }
        }
        return ranges;
    }
}
