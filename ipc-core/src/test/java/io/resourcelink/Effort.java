package io.resourcelink;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;

/**
 * How much is done by tests that could go on for ever. The gate takes a sample, another one in each run; before a release,
 * {@code -Dipc.thorough} takes everything.
 */
public final class Effort {

    /** The system property that asks for everything. Tests that are left out of the gate altogether name it, too. */
    public static final String THOROUGH = "ipc.thorough";

    private static final boolean IS_THOROUGH = Boolean.getBoolean(THOROUGH);

    private Effort() {}

    /**
     * How often, or how long, something is done.
     *
     * @param property the system property that says another number
     * @param gate the number in the gate
     * @param thorough the number before a release
     * @return the number
     */
    public static int of(String property, int gate, int thorough) {
        return Integer.getInteger(property, IS_THOROUGH ? thorough : gate);
    }

    /**
     * Says which of many points are tried, that is all of them or every n-th. The first one is drawn, and printed.
     *
     * @param what the points, in words
     * @param step the distance of two points in the gate
     * @return whether a point, numbered from 0, is tried
     */
    public static IntPredicate everyOf(String what, int step) {
        if (IS_THOROUGH || step <= 1) {
            return point -> true;
        }
        int first = Integer.getInteger("ipc.first", ThreadLocalRandom.current().nextInt(step));
        System.out.println(what + ": each of " + step + ", from -Dipc.first=" + first);
        return point -> point % step == first % step;
    }
}
