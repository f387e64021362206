package io.resourcelink.internal.wire;

import java.util.List;

import io.resourcelink.internal.wire.SettledNumbers.Range;

/**
 * What was left when a receiver was closed.
 *
 * @param unhandled the messages that were not handled, by their senders
 * @param silent the processes that had not answered to the stop, for people
 */
public record Remainder(List<Unhandled> unhandled, List<String> silent) {

    void add(Source source, List<Range> ranges, boolean isSilent) {
        ranges.forEach(range -> unhandled.add(new Unhandled(source.peer(), range.first(), range.last())));
        if (isSilent) {
            silent.add(source.peer());
        }
    }
}
