package io.resourcelink.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers of messages that need no more attention: handled, dropped or reported. Both sides of a subchannel keep them. Only
 * ranges behind a gap are kept one by one, and gaps are as many as messages that are being handled. Not thread-safe.
 */
final class SettledNumbers {

    private final TreeMap<Long, Long> behindGaps = new TreeMap<>();
    private final int mostGaps;
    private long through;

    /**
     * Begins without a message.
     *
     * @param mostGaps how many gaps are kept; messages behind more of them are forgotten
     */
    SettledNumbers(int mostGaps) {
        this.mostGaps = mostGaps;
    }

    /** Messages from one number to another, both included. */
    record Range(long first, long last) {

        /** {@return how many there are} */
        long count() {
            return last - first + 1;
        }
    }

    /** {@return the number up to which all are settled} */
    long through() {
        return through;
    }

    /** {@return whether one message is settled} */
    boolean contains(long number) {
        if (number <= through) {
            return true;
        }
        Map.Entry<Long, Long> before = behindGaps.floorEntry(number);
        return before != null && before.getValue() >= number;
    }

    /** Adds messages, some of which may be there already. */
    void add(long first, long last) {
        if (first > through + 1) {
            addBehindGap(first, last);
        } else if (last > through) {
            through = last;
            for (Map.Entry<Long, Long> next = behindGaps.firstEntry(); next != null
                    && next.getKey() <= through + 1; next = behindGaps.firstEntry()) {
                through = Math.max(through, next.getValue());
                behindGaps.pollFirstEntry();
            }
        }
    }

    private void addBehindGap(long first, long last) {
        long begin = first;
        long end = last;
        Map.Entry<Long, Long> before = behindGaps.floorEntry(first);
        if (before != null && before.getValue() >= first - 1) {
            begin = before.getKey();
            end = Math.max(end, before.getValue());
        }
        for (Map.Entry<Long, Long> next = behindGaps.higherEntry(begin); next != null
                && next.getKey() <= end + 1; next = behindGaps.higherEntry(begin)) {
            end = Math.max(end, next.getValue());
            behindGaps.remove(next.getKey());
        }
        if (begin < first || behindGaps.size() < mostGaps) {
            behindGaps.put(begin, end);
        }
    }

    /** {@return the messages up to a number that are not settled} */
    List<Range> missing(long last) {
        List<Range> missing = new ArrayList<>();
        long next = through + 1;
        for (Map.Entry<Long, Long> settled : behindGaps.entrySet()) {
            if (settled.getKey() > last) {
                break;
            }
            missing.add(new Range(next, settled.getKey() - 1));
            next = settled.getValue() + 1;
        }
        if (next <= last) {
            missing.add(new Range(next, last));
        }
        return missing;
    }
}
