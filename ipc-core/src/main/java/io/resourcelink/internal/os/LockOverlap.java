package io.resourcelink.internal.os;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Whether two walks through the list of locks have all of it together; {@link LockTable} says why. Used by one thread. */
final class LockOverlap {

    /** No line of the list is longer, unless processes wait for its lock. */
    private static final int LINE = 256;

    private static final int SMALLEST_PAGE = 4096;

    private final List<LockPage> first;
    private final List<LockPage> second;
    private final int fullPage;

    /** Where marks are in the second walk. A mark that is there twice has no page. */
    private final Map<Long, Place> places = new HashMap<>();

    private record Place(int page, int index) {

        private static final int TWICE = -1;

        boolean isOne() {
            return page != TWICE;
        }
    }

    LockOverlap(List<LockPage> first, List<LockPage> second) {
        this.first = first;
        this.second = second;
        int longest = SMALLEST_PAGE;
        for (LockPage page : first) {
            longest = Math.max(longest, page.bytes());
        }
        this.fullPage = longest;
        for (int page = 0; page < second.size(); page++) {
            for (int index = 0; index < second.get(page).count(); index++) {
                Place place = new Place(page, index);
                places.merge(second.get(page).mark(index), place, (_, other) -> new Place(Place.TWICE, other.index()));
            }
        }
    }

    boolean isGapless() {
        for (int page = 1; page < first.size(); page++) {
            if (!isBridged(first.get(page - 1), first.get(page))) {
                return false;
            }
        }
        return isEnd(first.getLast()) || (!second.isEmpty() && isEnd(second.getLast())
                && isIn(first.getLast(), second.size() - 1));
    }

    /** Returns whether a page of the second walk has a lock of both pages, in their order. */
    private boolean isBridged(LockPage before, LockPage after) {
        for (int last = before.count() - 1; last >= 0; last--) {
            Place from = place(before, last);
            for (int next = 0; from != null && next < after.count(); next++) {
                Place to = place(after, next);
                if (to != null && to.page() == from.page() && to.index() > from.index()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isIn(LockPage page, int number) {
        for (int index = 0; index < page.count(); index++) {
            Place place = place(page, index);
            if (place != null && place.page() == number) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Place place(LockPage page, int index) {
        Place place = places.get(page.mark(index));
        return place != null && place.isOne() ? place : null;
    }

    /** Returns whether there was room for one more line, so that the list ended there. */
    private boolean isEnd(LockPage page) {
        return page.bytes() + LINE < fullPage;
    }
}
